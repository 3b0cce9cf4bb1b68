// The comparison from the articles, row by row, each with what was measured here or with a demonstration to
// start.
import { find, make, put, set, words } from '../../page/program.js';
import { NAMES } from './demos.js';
import { figure, nameOf } from './lane-view.js';
import { isTold } from './processor.js';

/**
 * What each row shows of the results: the name of a text and its values, or null if there is nothing to show.
 * Rows that are null show a demonstration or the recommendation.
 */
const ROWS = {
    ways: (lanes) => ['ways-ran', { count: lanes.length, all: lanes.map(({ lane }) => nameOf(lane)).join(' · ') }],
    direction: (lanes) => {
        const sent = lanes.filter(({ published }) => published);
        return sent.length ? ['direction', { all: list(sent, ({ published: { up, down, p50 } }) => `${figure(up + down)} B, ${figure(p50)} ms`) }] : null;
    },
    protocol: (lanes) => ['protocol', { all: list(lanes, ({ connect }) => figure(connect)) }],
    effort: (lanes) => {
        const back = lanes.filter(({ recovery }) => recovery);
        return back.length ? ['effort', { all: list(back, ({ recovery: { seconds, lost } }) => words('lab.here.back', { seconds: figure(seconds), lost })) }] : null;
    },
    data: (lanes, { size }) => ['data', { size, all: list(delivered(lanes), (lane) => figure(lane.delivered.down - size)) }],
    dead: null,
    connections: null,
    network: null,
    old: null,
    security: (lanes) => {
        const tls = lanes.find(({ footprint }) => footprint.plainDown);
        return tls ? ['security', { lane: nameOf(tls.lane), sealed: figure(tls.footprint.up + tls.footprint.down), plain: figure(tls.footprint.plainUp + tls.footprint.plainDown) }] : null;
    },
    load: (lanes, _, own) => ['load', { all: list(delivered(lanes), ({ delivered: traffic }) => `${figure(traffic.up + traffic.down)} B, ${isTold(own, traffic) ? figure(traffic.cpuUs) : '–'} µs`) }],
    latency: (lanes) => ['latency', { all: list(delivered(lanes), ({ delivered: { p50 } }) => `${figure(p50)} ms`) }],
    use: null,
};
const BOTH_WAYS = 'direction';
const cells = {};
const delivered = (lanes) => lanes.filter((each) => each.delivered);

function list(lanes, value) {
    return lanes.map((each) => `${nameOf(each.lane)} ${value(each)}`).join(' · ');
}

/** @param start called with the name of a demonstration and its cell, or with `direction` to measure both directions */
export function begin(start) {
    for (const name of Object.keys(ROWS)) {
        const row = make('tr', '', '');
        const [question, says, here] = [make('th', '', ''), make('td', '', ''), make('td', '', '')];
        question.scope = 'row';
        put(question, `lab.claim.${name}`);
        put(says, `lab.claim.${name}-says`);
        const text = make('span', '', '');
        put(text, ROWS[name] && name !== BOTH_WAYS ? 'lab.here.none' : `lab.here.${name}-how`);
        cells[name] = make('div', '', '');
        cells[name].id = `here-${name}`;
        cells[name].append(text);
        here.append(cells[name]);
        if (NAMES.includes(name) || name === BOTH_WAYS) here.append(starter(name, start));
        row.append(question, says, here);
        find('claims').append(row);
    }
}

function starter(name, start) {
    const button = make('button', 'small needs-js', '');
    button.type = 'button';
    button.dataset.demo = name;
    put(button, `lab.here.${name}-start`);
    button.addEventListener('click', () => start(name, cells[name]));
    return button;
}

/** Enables the demonstrations, which can start only while the lab is free. */
export function enable(is) {
    for (const each of document.querySelectorAll('button[data-demo]')) each.disabled = !is;
}

/** @param lanes as returned by `measure` @param plan the plan of the run */
export function show(lanes, plan, own) {
    if (!lanes.length) return;
    for (const [name, cell] of Object.entries(ROWS)) {
        const found = cell?.(lanes, plan, own);
        if (found) set(cells[name], words(`lab.here.${found[0]}`, found[1]));
    }
}

/** @param text the recommendation */
export function recommended(text) {
    set(cells.use, text);
}

/** @param wanted the number of clients of SSE over HTTP/1.1 @param open the number of connections they got */
export function seventh(wanted, open) {
    set(cells.connections, words('lab.here.seventh', { open, wanted, waiting: Math.max(0, wanted - open) }));
}
