// One answer, read over two transports at once. The id of the answer is in the page's address, so that it can
// be shared. The hub's root is two folders up; on the demo's own port it is the folder of this file, where
// `..` stays at the root.
import { clear, find, language, link, make, number, put, set, words } from '../../page/program.js';

const RETRY_MS = 1000;
const LINES_PX = 48;

/** A sheet of paper with its state and its figures. */
class Sheet {
    #of;
    #pieces = 0;
    #askedAt;

    constructor(id) {
        this.#of = (part) => document.querySelector(`#${id} ${part}`);
    }

    begin(askedAt) {
        this.#askedAt = askedAt;
        this.#pieces = 0;
        this.#of('.paper').replaceChildren();
        set(this.#of('.first'), '–');
        this.#count();
    }

    /** Adds a piece of text. The author's text is never parsed as markup. */
    add(text, kind) {
        const paper = this.#of('.paper');
        const follows = paper.scrollHeight - paper.scrollTop - paper.clientHeight < LINES_PX;
        if (this.#pieces++ === 0 && this.#askedAt) set(this.#of('.first'), `${number(Math.round(performance.now() - this.#askedAt))} ms`);
        if (kind) paper.append(make('span', kind, text));
        else paper.append(text);
        if (follows) paper.scrollTop = paper.scrollHeight;
        this.#count();
    }

    state(name, values) {
        this.#of('.live').dataset.state = name;
        put(this.#of('.state-word'), `state.${name}`, values);
    }

    #count() {
        set(this.#of('.pieces'), number(this.#pieces));
    }
}

const sheets = { sse: new Sheet('sse'), fetch: new Sheet('fetch') };
const channel = (id) => `${link('typewriter')}/${encodeURIComponent(id)}`;
const EVERYTHING = 'after=earliest&coalesce=true';

/**
 * In the gallery, the events pass through a relay that shows their bytes, and this page reports what a script
 * sees of the text.
 */
const relay = new URLSearchParams(location.search).get('relay');
const events = (id) => `${relay === null ? channel(id) : `../wire/at/${encodeURIComponent(relay)}/channels/typewriter/${encodeURIComponent(id)}`}?${EVERYTHING}`;
const report = (isSent, about, text) => document.dispatchEvent(new CustomEvent('wire', { detail: { connection: 'text', isSent, about, text } }));
const ended = () => ({ why: language() === 'zh' ? '频道已结束' : 'the channel has ended' });

/** Reads over SSE. The browser reconnects by itself, with the id of the last event. */
function readBySse(id, signal) {
    const sheet = sheets.sse;
    const source = new EventSource(events(id));
    sheet.state('connecting');
    source.onopen = () => sheet.state('open');
    source.onmessage = ({ data }) => sheet.add(data);
    source.addEventListener('trouble', ({ data }) => sheet.add(data, 'trouble'));
    source.addEventListener('sluice.closed', () => {
        source.close();
        sheet.state('ended', ended());
        over(id);
    });
    source.onerror = () => {
        if (source.readyState === EventSource.CLOSED) sheet.state('failed', { why: words('state.why.cut') });
        else sheet.state('connecting');
    };
    signal.addEventListener('abort', () => source.close());
}

/** Reads over fetch. Raw text has no ids, so it restarts after a lost connection, with the text so far in one piece. */
async function readByFetch(id, signal, askedAt) {
    const sheet = sheets.fetch;
    while (!signal.aborted) {
        try {
            sheet.state('connecting');
            const address = `${channel(id)}?${EVERYTHING}`;
            report(true, 'fetch', `GET ${new URL(address, location).pathname}?${EVERYTHING}\nAccept: text/plain`);
            const answer = await fetch(address, { headers: { Accept: 'text/plain' }, signal });
            report(false, 'Response', [answer.status, ...[...answer.headers].map(([name, value]) => `${name}: ${value}`)].join('\n'));
            if (!answer.ok) return sheet.state('failed', { why: words('problem.other', { status: answer.status }) });
            sheet.begin(askedAt);
            sheet.state('open');
            const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
            for (let part = await reader.read(); !part.done; part = await reader.read()) {
                sheet.add(part.value);
                report(false, `text · ${part.value.length}`, part.value);
            }
            report(false, 'done: true', '');
            return sheet.state('ended', ended());
        } catch {
            if (signal.aborted) return;
            sheet.state('waiting', { n: RETRY_MS / 1000, why: words('state.why.cut') });
            await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
    }
}

let reading = new AbortController();
let shown = '';

/** Shows the answer named in the page's address. */
async function show(askedAt) {
    const id = decodeURIComponent(location.hash.slice(1));
    if (id === shown) return;
    reading.abort();
    reading = new AbortController();
    shown = id;
    document.dispatchEvent(new Event('answerchange')); // For the gallery, which shows the bytes of each answer.
    for (const each of Object.values(sheets)) each.begin(askedAt);
    find('share').hidden = id === '';
    if (id === '') return;
    const address = new URL(location.hash, location.origin + location.pathname).href;
    find('address').href = address;
    set(find('address'), address);
    clear(find('said'));
    find('stop').disabled = false;
    readBySse(id, reading.signal);
    readByFetch(id, reading.signal, askedAt);
    if (!askedAt) await lookFor(id);
}

/** Reports an answer that the hub no longer has. */
async function lookFor(id) {
    const { headers } = await fetch(channel(id), { method: 'HEAD' });
    if (headers.has('Sluice-Latest') || headers.has('Sluice-Closed') || id !== shown) return;
    reading.abort();
    for (const each of Object.values(sheets)) each.state('failed', { why: words('problem.other', { status: 404 }) });
    say('The hub no longer has this answer. Start a new one.', 'Hub 已没有这个回答。请重新开始一个。');
    over(id);
}

function over(id) {
    if (id === shown) find('stop').disabled = true;
}

function say(english, chinese) {
    clear(find('said'));
    set(find('said'), language() === 'zh' ? chinese : english);
}

find('ask').addEventListener('submit', async (submit) => {
    submit.preventDefault();
    const askedAt = performance.now();
    try {
        const body = JSON.stringify({ question: find('question').value, language: language() });
        const answer = await fetch('answers', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
        const { id, detail } = await answer.json();
        if (!answer.ok) return say(detail, `服务器返回 ${answer.status}：${detail}`);
        history.pushState(null, '', `#${id}`);
        await show(askedAt);
    } catch {
        put(find('said'), 'problem.network');
    }
});

find('stop').addEventListener('click', async () => {
    try {
        await fetch(`${channel(shown)}?close=true`, { method: 'POST' });
    } catch {
        put(find('said'), 'problem.network');
    }
});

/** Shows the author: a model takes questions, while the prepared text needs none. */
async function author() {
    const { name } = await (await fetch('model')).json();
    find('question-label').hidden = name === '';
    find('question').required = name !== '';
    const tell = () =>
        set(
            find('author'),
            name || (language() === 'zh' ? '预先准备的文本；设置 SLUICE_MODEL_URL 后由真实模型回答' : 'a prepared text; with SLUICE_MODEL_URL set, a real model answers'),
        );
    tell();
    document.addEventListener('languagechange', tell);
}

addEventListener('popstate', () => show());
show();
author();
