// The gallery: one demo at a time is live, in a frame, with its bytes and sources.
import { find, make, put } from '../page/program.js';
import { both } from './client/both.js';
import { Relay } from './relay.js';
import { WireView } from './uses/wireview.js';

const demos = [...document.querySelectorAll('.demo')];
const bytes = find('wire').querySelector('.bytes');
const wire = new WireView(bytes, find('connection'), find('hold'), ['demo', 'sse', 'text']);
const relay = new Relay(wire, find('wire').querySelector('.live'));
let chosen = null;
let page = null;

/** Shows the demo named in the address. Hidden demos have no connection, because a browser allows only a few. */
function choose() {
    const demo = demos.find((each) => `#${each.id}` === location.hash) ?? chosen;
    if (demo === chosen) {
        for (const each of demos) each.hidden = each !== chosen;
        return;
    }
    chosen = demo;
    for (const each of demos) each.hidden = each !== demo;
    for (const each of document.querySelectorAll('#demos a')) {
        if (each.hash === `#${demo.id}`) each.setAttribute('aria-current', 'true');
        else each.removeAttribute('aria-current');
    }
    demo.append(find('beside'));
    find('beside').hidden = false;
    const wanted = `${demo.id}/${new URLSearchParams(location.search).get('page')}`; // The form in which `look.js` names a page.
    openPage(demo.querySelector(`.pages a[href="${CSS.escape(wanted)}"]`) ?? demo.querySelector('.pages a'));
    closeSource();
}

/** Pages with the browser's client read channels of the hub itself, without the relay. */
const passesThroughRelay = (link) => !link.getAttribute('href').startsWith('client/');
const isTypewriter = () => chosen.id === 'typewriter';

function openPage(link) {
    page = link;
    for (const each of chosen.querySelectorAll('.pages a')) each.classList.toggle('shown', each === link);
    relay.close();
    find('connection-label').hidden = !isTypewriter();
    find('connection').value = isTypewriter() ? 'sse' : 'demo';
    find('hold').hidden = !passesThroughRelay(link);
    if (!passesThroughRelay(link)) {
        put(find('about-wire'), 'wire.client');
        wire.say('wire.client');
        show(link.href);
        return;
    }
    put(find('about-wire'), isTypewriter() ? 'wire.both' : 'wire.very');
    wire.say(isTypewriter() ? 'wire.begin' : null);
    find('frame').replaceChildren();
    relay.open(chosen.id, (id) => {
        if (!id) put(find('about-wire'), isTypewriter() ? 'wire.text' : 'wire.none');
        show(id ? relayed(link.getAttribute('href'), id) : link.href);
    });
}

/** The page of the typewriter is not relayed; only its stream passes through the relay. */
const relayed = (path, id) => new URL(isTypewriter() ? `${path}?relay=${id}` : `wire/at/${id}/${path}`, location.href);

function show(address) {
    const live = make('iframe');
    live.src = address;
    live.title = page.textContent;
    live.addEventListener('load', () => followText(live.contentWindow.document));
    find('frame').replaceChildren(live);
}

/** The relay shows one of the typewriter's two connections; the page reports what it sends and receives on the other. */
function followText(shown) {
    shown.addEventListener('answerchange', () => wire.say(null));
    shown.addEventListener('wire', ({ detail }) => wire.add({ units: [detail], leftOut: {} }));
}

/** Shows a source below its demo and scrolls to it. The links also work without this. */
async function openSource(link) {
    const code = find('code');
    for (const each of chosen.querySelectorAll('.sources a')) each.classList.toggle('shown', each === link);
    find('source').hidden = false;
    chosen.append(find('source'));
    find('source-name').textContent = link.textContent;
    try {
        const [answer, { highlight }] = await Promise.all([fetch(link.href), import('./highlight.js')]);
        if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
        highlight(code, await answer.text(), link.textContent.split('.').pop());
    } catch (error) {
        code.replaceChildren(both(`Loading failed: ${error.message}.`, `加载失败：${error.message}。`));
    }
    find('source').scrollIntoView();
    code.focus({ preventScroll: true });
}

function closeSource() {
    find('source').hidden = true;
    for (const each of chosen.querySelectorAll('.sources a')) each.classList.remove('shown');
}

document.addEventListener('click', (click) => {
    const link = click.target.closest('.pages a, .sources a');
    if (!link || click.ctrlKey || click.metaKey || click.shiftKey) return;
    click.preventDefault();
    if (link.closest('.pages')) openPage(link);
    else openSource(link);
});
find('wire-again').addEventListener('click', () => openPage(page));
find('source-close').addEventListener('click', () => {
    chosen.querySelector('.sources .shown').focus();
    closeSource();
});
addEventListener('hashchange', choose);
choose();
document.querySelector('.gallery-page').dataset.ready = '';
