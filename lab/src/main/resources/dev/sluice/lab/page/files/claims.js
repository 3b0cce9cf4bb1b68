// The comparison of the articles, row by row, each with what was measured here or a demonstration.
import { find, make, put, set, words } from '../../page/program.js';
import { figure, nameOf } from './lane-view.js';

const ROWS = {
    ways: null,
    latency: (results) => ['latency', list(results, ({ p50 }) => `${figure(p50)} ms`)],
    load: (results) => ['load', list(results, ({ up, down }) => figure(up + down))],
    direction: (results) => ['direction', list(results, ({ up }) => figure(up))],
    data: null,
    connections: null,
    dead: null,
    network: null,
    effort: null,
    old: null,
    security: null,
    use: null,
};
const cells = {};

function list(results, value) {
    return results.map((each) => `${nameOf(each.lane)} ${value(each)}`).join(' · ');
}

export function begin() {
    for (const name of Object.keys(ROWS)) {
        const row = make('tr', '', '');
        const [question, says, here] = [make('th', '', ''), make('td', '', ''), make('td', '', '')];
        question.scope = 'row';
        put(question, `lab.claim.${name}`);
        put(says, `lab.claim.${name}-says`);
        put(here, ROWS[name] ? 'lab.here.none' : `lab.here.${name}`);
        here.id = `here-${name}`;
        cells[name] = here;
        row.append(question, says, here);
        find('claims').append(row);
    }
}

/** @param results of lanes */
export function show(results) {
    for (const [name, cell] of Object.entries(ROWS)) {
        if (!cell || !results.length) continue;
        const [word, all] = cell(results);
        set(cells[name], words(`lab.here.${word}`, { all }));
    }
}

/** @param wanted clients of SSE over HTTP/1.1 @param open connections that they got */
export function seventh(wanted, open) {
    set(cells.connections, words('lab.here.seventh', { open, wanted, waiting: Math.max(0, wanted - open) }));
}
