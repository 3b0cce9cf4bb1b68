// The table of figures: a row for each lane and direction, with bars below the figures that are worth
// comparing.
import { find, make, words } from '../../page/program.js';
import { figure, nameOf } from './lane-view.js';
import { isTold } from './processor.js';

const KIB = 1024;

/** The hub's processor time without clients, per second. */
let ownCpuUs = null;

/** The columns: how to read the value from a lane and its traffic in one direction, and whether a bar compares it. */
const COLUMNS = [
    { value: (_, { p50 }) => p50, isBar: true },
    { value: (_, { p99 }) => p99 },
    { value: (_, { up }) => up, isBar: true },
    { value: (_, { down }) => down, isBar: true },
    { value: ({ footprint, delivered }, traffic) => (traffic === delivered && footprint.plainDown ? footprint.plainUp + footprint.plainDown : null), title: ({ footprint }) => (footprint.plainDown ? words('lab.plain-why', { all: figure(footprint.up + footprint.down) }) : '') },
    { value: (_, { requests }) => requests, isBar: true },
    { value: ({ open }) => open, text: String },
    { value: (_, traffic) => (isTold(ownCpuUs, traffic) ? traffic.cpuUs : null), title: (_, traffic) => (isTold(ownCpuUs, traffic) ? '' : words('lab.cpu-untold')), isBar: true },
    { value: (_, { allocated }) => allocated, isBar: true },
    { value: ({ footprint, delivered }, traffic) => (traffic === delivered && footprint.memoryBytes ? Math.max(0, footprint.memoryBytes) / KIB : null), isBar: true },
    { value: ({ recovery, delivered }, traffic) => (traffic === delivered && recovery ? recovery.seconds : null), isBar: true },
    { value: ({ recovery, delivered }, traffic) => (traffic === delivered && recovery ? recovery.lost : null), text: String },
    { value: (_, { lost }) => lost, text: String },
    { value: (_, { repeated }) => repeated, text: String },
];

/**
 * @param lanes as returned by `measure`
 * @param own   the hub's processor time without clients, per second; null if the system does not report it
 */
export function show(lanes, own) {
    ownCpuUs = own;
    const rows = lanes.flatMap((lane) => [lane.delivered, lane.published].filter(Boolean).map((traffic) => ({ lane, traffic })));
    const most = COLUMNS.map(({ value }) => Math.max(...rows.map(({ lane, traffic }) => value(lane, traffic) ?? 0)));
    find('results').replaceChildren(...rows.map(({ lane, traffic }) => {
        const row = make('tr', '', '');
        row.dataset.lane = lane.lane;
        row.dataset.way = traffic === lane.delivered ? 'down' : 'up';
        const name = make('th', '', traffic === lane.delivered ? nameOf(lane.lane) : words('lab.sent', { lane: nameOf(lane.lane) }));
        name.scope = 'row';
        row.append(name, ...COLUMNS.map((column, i) => cell(column, lane, traffic, most[i])));
        return row;
    }));
}

function cell({ value, text = figure, title, isBar }, lane, traffic, most) {
    const found = value(lane, traffic);
    const box = make('td', '', found === null || found === undefined ? '–' : text(found));
    if (title) box.title = title(lane, traffic);
    if (!isBar || !found || !most) return box;
    const bar = make('i', 'lab-bar', '');
    bar.style.width = `${(found / most) * 100}%`;
    box.append(bar);
    return box;
}
