// The gallery: one demo at a time is live, in a frame, with its bytes and sources.
import { find, make, put } from '../page/program.js';
import { highlight } from './highlight.js';
import { both } from './client/both.js';
import { Relay } from './relay.js';
import { WireView } from './uses/wireview.js';
import { Wire } from './wire.js';

const demos = [...document.querySelectorAll('.demo')];
const wire = new Wire(find('wire'));
const bytes = find('wire').querySelector('.bytes');
const relay = new Relay(new WireView(bytes, make('select'), find('hold'), 'demo'), find('wire').querySelector('.live'));
let chosen = null;
let page = null;

/** Shows the demo that the address names. Hidden demos have no connection, because a browser has few. */
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
    openPage(demo.querySelector('.pages a'));
    closeSource();
}

/** The typewriter and pages with the browser's client read channels of the hub itself. */
const passesThroughRelay = (link) => chosen.id !== 'typewriter' && !link.getAttribute('href').startsWith('client/');

function openPage(link) {
    page = link;
    for (const each of chosen.querySelectorAll('.pages a')) each.classList.toggle('shown', each === link);
    wire.close();
    relay.close();
    bytes.replaceChildren();
    find('tap-label').hidden = chosen.id !== 'typewriter';
    find('hold').hidden = !passesThroughRelay(link);
    if (passesThroughRelay(link)) {
        put(find('about-wire'), 'wire.very');
        find('frame').replaceChildren();
        relay.open((base) => {
            if (!base) put(find('about-wire'), 'wire.none');
            show(base ? new URL(link.getAttribute('href'), base) : link.href);
        });
        return;
    }
    put(find('about-wire'), chosen.id === 'typewriter' ? 'wire.second' : 'wire.client');
    show(link.href);
    if (chosen.id === 'typewriter') tap();
    else wire.wait('wire.client');
}

function show(address) {
    const live = make('iframe');
    live.src = address;
    live.title = page.textContent;
    live.addEventListener('load', () => followAnswer(live.contentWindow));
    find('frame').replaceChildren(live);
}

/** Each answer of the typewriter has an id: shows the bytes of the one on its page. */
function followAnswer(shown) {
    if (chosen.id !== 'typewriter') return;
    let answer = '';
    const look = () => {
        if (shown.location.hash.slice(1) === answer) return;
        answer = shown.location.hash.slice(1);
        tap();
    };
    shown.document.addEventListener('answerchange', look);
    look();
}

/** Shows the bytes of the typewriter's answer. */
function tap() {
    if (chosen?.id !== 'typewriter') return;
    const answer = find('frame').firstChild?.contentWindow?.location.hash?.slice(1) ?? '';
    if (answer === '') wire.wait('wire.begin');
    else wire.open(find('tap').value, answer);
}

/** Shows a source below its demo. The links work without this, too. */
async function openSource(link) {
    const code = find('code');
    for (const each of chosen.querySelectorAll('.sources a')) each.classList.toggle('shown', each === link);
    find('source').hidden = false;
    chosen.append(find('source'));
    find('source-name').textContent = link.textContent;
    try {
        const answer = await fetch(link.href);
        if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
        highlight(code, await answer.text(), link.textContent.split('.').pop());
    } catch (error) {
        code.replaceChildren(both(`Loading failed: ${error.message}.`, `加载失败：${error.message}。`));
    }
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
find('tap').addEventListener('change', tap);
find('tap-again').addEventListener('click', () => openPage(page));
find('source-close').addEventListener('click', closeSource);
addEventListener('hashchange', choose);
// A hidden page closes the second connection to an answer.
document.addEventListener('visibilitychange', () => (document.hidden ? wire.close() : tap()));
choose();
document.querySelector('.gallery-page').dataset.ready = '';
