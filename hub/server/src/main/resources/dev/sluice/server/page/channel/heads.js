// The columns of the rows and their widths.
import { find, make } from '../dom.js';
import { words } from '../words.js';
import { find as findColumns } from './columns.js';

const SAMPLE = 300;
const WIDTH_MAX = { channel: 26, type: 20, key: 22, from: 14 };
const PHONE = matchMedia('(max-width: 48rem)');

const widest = (events, pick, most) => Math.min(most, Math.max(4, ...events.map((each) => (pick(each) ?? '').length)));

/** The layout of rows, derived from recent items, so that visible and future rows fit. */
export function layoutOf(items, showsChannel, wantsColumns) {
    const recent = items.slice(-SAMPLE);
    const events = recent.filter(({ event }) => event).map(({ event }) => event);
    const columns = showsChannel || PHONE.matches ? null : findColumns(recent);
    return {
        showsChannel,
        showsType: events.some(({ type }) => type !== 'message'),
        showsKey: !PHONE.matches && events.some(({ key }) => key !== undefined),
        showsFrom: !PHONE.matches && events.some(({ from }) => from !== undefined),
        hasColumns: columns !== null,
        columns: wantsColumns ? columns : null,
        widths: {
            channel: PHONE.matches ? 12 : widest(events, ({ channel }) => channel, WIDTH_MAX.channel),
            type: widest(events, ({ type }) => type, PHONE.matches ? 12 : WIDTH_MAX.type) + 2,
            key: widest(events, ({ key }) => key, WIDTH_MAX.key),
            from: widest(events, ({ from }) => from, WIDTH_MAX.from),
        },
        cells: columns?.columns.map(({ name, width }) => `${name}:${width}`),
    };
}

/** Applies a layout to the list. */
export function apply({ showsChannel, showsType, showsKey, showsFrom, columns, widths }) {
    const split = find('split');
    const parts = [PHONE.matches ? '12ch' : '13ch'];
    if (showsChannel) parts.push(`${widths.channel}ch`);
    if (showsType) parts.push(`${widths.type}ch`);
    if (showsKey) parts.push(`${widths.key}ch`);
    if (showsFrom) parts.push(`${widths.from}ch`);
    parts.push('minmax(0, 1fr)');
    split.style.setProperty('--columns', parts.join(' '));
    const row = [make('span', '', words('time'))];
    for (const [isShown, name] of [[showsChannel, 'channel'], [showsType, 'type'], [showsKey, 'key'], [showsFrom, 'from']]) {
        if (isShown) row.push(make('span', '', words(name)));
    }
    row.push(columns === null ? make('span', '', words('data')) : cellsOf(columns));
    find('heads').replaceChildren(...row);
}

function cellsOf({ columns }) {
    const cells = columns.map(({ width }) => `minmax(${Math.min(width, 8) + 1}ch, ${width}fr)`);
    find('split').style.setProperty('--cells', cells.join(' '));
    const heads = make('span', 'cells');
    heads.append(...columns.map(({ name, isNumber }) => make('span', isNumber ? 'number' : '', name.split('.').at(-1))));
    return heads;
}
