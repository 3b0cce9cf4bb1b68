// The reference of the hub's API, from its own OpenAPI document: each operation with commands to paste, and a button to
// try those that only read.
import '../operator-words.js';
import { find, frame } from '../frame.js';
import { HUB } from '../hub.js';
import { onPlace, place, placed } from '../place.js';
import { tabs } from '../tabs.js';
import { html, render } from '../vendor/preact.js';
import { put, set, words } from '../words.js';

const RUN_MS = 5000; // Streams do not end by themselves.
const SHOWN_MAX = 64 * 1024;
const EXAMPLES = { name: 'news' }; // For parameters in the path.
const CLI = {
    'get /channels': () => 'sluice channels',
    'get /channels/{name}': ({ name }) => `sluice sub ${name}`,
    'post /channels/{name}': ({ name }) => `sluice pub ${name} hello`,
    'delete /channels/{name}': ({ name }) => `sluice channels delete ${name}`,
};

frame();

let operations = [];
let values = {};
let language = 'curl';
let running = new AbortController(); // Aborts the request whose answer is shown.

const current = () => operations.find(({ id }) => id === placed('op')) ?? operations[0];

/** All operations of the document, with their references resolved. */
function read(document) {
    const resolved = (each) => (each.$ref ? each.$ref.slice(2).split('/').reduce((part, name) => part[name.replaceAll('~1', '/')], document) : each);
    return Object.entries(document.paths).flatMap(([path, { parameters: shared = [], ...methods }]) =>
        Object.entries(methods).map(([method, { operationId, summary, description, parameters = [], requestBody, responses }]) => ({
            id: operationId ?? `${method} ${path}`,
            method,
            path,
            summary,
            description,
            parameters: [...shared, ...parameters].map(resolved),
            type: Object.keys((requestBody ? resolved(requestBody) : {}).content ?? {})[0],
            responses: Object.entries(responses).map(([status, each]) => [status, resolved(each).description]),
        })),
    );
}

const valueOf = ({ name, in: part }) => values[name] ?? (part === 'path' ? EXAMPLES[name] : undefined) ?? '';

/** The address of a request with the typed values. */
function addressOf({ path, parameters }) {
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => valueOf({ name, in: 'path' }).split('/').map(encodeURIComponent).join('/') || name.toUpperCase());
    const url = new URL(filled.slice(1), HUB);
    for (const each of parameters) if (each.in === 'query' && valueOf(each)) url.searchParams.set(each.name, valueOf(each));
    return url.href;
}

/** The request as a command. */
function command(operation) {
    const { method, path, type, parameters } = operation;
    const url = addressOf(operation);
    const verb = method.toUpperCase();
    const body = type === undefined ? '' : type.includes('json') ? '{}' : 'hello';
    const cli = CLI[`${method} ${path}`];
    return {
        curl: `curl ${verb === 'GET' ? '' : `-X ${verb} `}${type ? `-H 'Content-Type: ${type}' -d '${body}' ` : ''}'${url}'`,
        js: `const answer = await fetch('${url}'${verb === 'GET' ? '' : `, {\n  method: '${verb}',${type ? `\n  headers: { 'Content-Type': '${type}' },\n  body: '${body}',` : ''}\n}`});\nconsole.log(await answer.text());`,
        java: `var request = HttpRequest.newBuilder(URI.create("${url}"))\n    .method("${verb}", ${type ? `BodyPublishers.ofString("${body}"))\n    .header("Content-Type", "${type}"` : 'BodyPublishers.noBody()'})\n    .build();\nHttpClient.newHttpClient().send(request, BodyHandlers.ofString());`,
        cli: cli ? `${cli(Object.fromEntries(parameters.map((each) => [each.name, valueOf(each)])))} --url ${HUB.href.replace(/\/$/, '')}` : words('api.no-cli'),
    }[language];
}

function type(name, value) {
    values[name] = value;
    set(find('command'), command(current()));
}

function Parameter({ parameter }) {
    const { name, description, required, in: part } = parameter;
    const isTyped = part === 'path' || part === 'query';
    return html`<tr><th scope="row" class="mono">${name}${required && ' *'}</th>
        <td>${isTyped ? html`<input class="mono" aria-label=${name} value=${valueOf(parameter)} onInput=${({ target }) => type(name, target.value)} />` : html`<span class="quiet">${part}</span>`}</td>
        <td lang="en-US">${description}</td></tr>`;
}

function draw() {
    if (operations.length === 0) return;
    const chosen = current();
    const { method, path, summary, description, parameters, responses } = chosen;
    render(operations.map((each) => html`<li><a href=${`#op=${each.id}`} aria-current=${each === chosen ? 'true' : undefined} onClick=${(click) => choose(click, each)}>
        <code>${each.method.toUpperCase()} ${each.path}</code><span lang="en-US">${each.summary}</span></a></li>`), find('operations'));
    set(find('operation-title'), `${method.toUpperCase()} ${path}`);
    render(html`<div key=${chosen.id}><p lang="en-US">${summary}</p>${description && html`<p class="quiet" lang="en-US">${description}</p>`}
        ${parameters.length > 0 && html`<table class="parameters"><tbody>${parameters.map((each) => html`<${Parameter} parameter=${each} />`)}</tbody></table>`}
        <table><tbody>${responses.map(([status, text]) => html`<tr><th scope="row" class="mono">${status}</th><td lang="en-US">${text}</td></tr>`)}</tbody></table></div>`, find('operation'));
    find('run').hidden = method !== 'get';
    set(find('command'), command(chosen));
}

function choose(click, { id }) {
    click.preventDefault();
    place('op', id);
    begin();
}

/** Shows another operation. */
function begin() {
    values = {};
    running.abort();
    find('answer-card').hidden = true;
    draw();
}

/** Sends the request, and shows the answer of the first seconds, unless another operation is shown meanwhile. */
async function run() {
    running.abort();
    const mine = running = new AbortController();
    const isOver = AbortSignal.timeout(RUN_MS);
    const show = (text) => mine.signal.aborted || set(find('answer'), text);
    find('answer-card').hidden = false;
    put(find('answer-status'), 'api.running');
    show('');
    let text = '';
    try {
        const answer = await fetch(addressOf(current()), { headers: { Accept: 'application/json' }, cache: 'no-store', signal: AbortSignal.any([mine.signal, isOver]) });
        delete find('answer-status').dataset.t;
        set(find('answer-status'), `${answer.status} · ${answer.headers.get('Content-Type') ?? ''}`);
        const decoder = new TextDecoder();
        for await (const part of answer.body ?? []) {
            text += decoder.decode(part, { stream: true });
            if (text.length > SHOWN_MAX) break;
            show(text);
        }
    } catch {
        if (mine.signal.aborted) return;
        if (!isOver.aborted) put(find('answer-status'), 'problem.network');
        else if (find('answer-status').dataset.t) put(find('answer-status'), 'api.silent'); // The answer has not even begun.
    }
    try {
        text = JSON.stringify(JSON.parse(text), null, 2);
    } catch {
        // Not JSON: a stream, or a part of one.
    }
    show(text.slice(0, SHOWN_MAX));
}

find('run').addEventListener('click', run);
onPlace(begin);
document.addEventListener('languagechange', draw);
tabs(find('command-tabs'), ({ id }) => {
    language = id.slice('tab-'.length);
    find('command-box').setAttribute('aria-labelledby', id);
    if (operations.length > 0) set(find('command'), command(current()));
});
try {
    operations = read(await (await fetch(new URL('openapi.json', HUB))).json());
    draw();
} catch {
    put(find('operation'), 'problem.network');
}
find('shown').hidden = false; // Shown only now, because an empty one would grow.
