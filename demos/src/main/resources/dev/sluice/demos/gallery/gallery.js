// The gallery: one demo at a time is live, in a frame, with its bytes and sources.
import { find, make } from '../page/program.js';
import { highlight } from './highlight.js';
import { both } from './client/both.js';
import { Wire } from './wire.js';

const demos = [...document.querySelectorAll('.demo')];
const wire = new Wire(find('wire'));
let chosen = null;

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
    find('tap').replaceChildren(...demo.dataset.wires.split(' ').map((name) => new Option(NAMES[name], name)));
    tap();
    closeSource();
}

const NAMES = {
    'clock': 'SSE',
    'clock-echo': 'WebSocket',
    'ticker': 'SSE',
    'hello': 'SSE',
    'live': 'SSE',
    'chat': 'WebSocket',
    'typewriter': 'SSE',
    'typewriter-text': 'text/plain',
};

function openPage(link) {
    for (const each of chosen.querySelectorAll('.pages a')) each.classList.toggle('shown', each === link);
    const live = make('iframe');
    live.src = link.href;
    live.title = link.textContent;
    live.addEventListener('load', () => followAnswer(live.contentWindow));
    find('frame').replaceChildren(live);
}

/** Each answer of the typewriter has an id: shows the bytes of the one on its page. */
function followAnswer(page) {
    if (chosen.id !== 'typewriter') return;
    let answer = '';
    const look = () => {
        if (page.location.hash.slice(1) === answer) return;
        answer = page.location.hash.slice(1);
        tap();
    };
    page.document.addEventListener('answerchange', look);
    look();
}

function tap() {
    if (!chosen) return;
    const answer = find('frame').firstChild?.contentWindow?.location.hash?.slice(1) ?? '';
    if (chosen.id === 'typewriter' && answer === '') {
        wire.wait('Begin an answer above: its bytes appear here.', '请先在上方开始一个回答，它的字节会显示在这里。');
    } else wire.open(find('tap').value, answer);
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
find('tap-again').addEventListener('click', tap);
find('source-close').addEventListener('click', closeSource);
addEventListener('hashchange', choose);
// A hidden page closes its connection.
document.addEventListener('visibilitychange', () => (document.hidden ? wire.close() : tap()));
choose();
document.querySelector('.gallery-page').dataset.ready = '';
