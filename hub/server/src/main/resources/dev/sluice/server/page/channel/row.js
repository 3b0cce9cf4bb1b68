// The row of an item: one line, whatever its data.
import { make } from '../dom.js';
import { link } from '../hub.js';
import { preview } from '../preview.js';
import { toneOf } from '../tone.js';
import { clock, number, put, words } from '../words.js';
import { coloured } from './ansi.js';
import { textOf } from './columns.js';

const CHARACTERS_MAX = 400;

const kindOf = (value) => (typeof value === 'string' ? 'j-string' : typeof value === 'number' || JSON.isRawJSON?.(value) ? 'j-number' : 'j-word');

/** A short form of a JSON value: names and values of members, sizes of deeper values. Names are plain text, which draws faster. */
function brief(value, parts = [], left = { characters: CHARACTERS_MAX }) {
    if (typeof value !== 'object' || value === null || JSON.isRawJSON?.(value)) {
        const text = textOf(value).slice(0, left.characters);
        left.characters -= text.length;
        parts.push(make('span', kindOf(value), text));
        return parts;
    }
    for (const [name, each] of Object.entries(value)) {
        if (left.characters <= 0) break;
        parts.push((parts.length > 0 ? '  ' : '') + (Array.isArray(value) ? '' : `${name} `));
        left.characters -= name.length;
        if (typeof each === 'object' && each !== null && !JSON.isRawJSON?.(each)) parts.push(make('span', 'quiet', Array.isArray(each) ? `[${each.length}]` : '{…}'));
        else brief(each, parts, left);
    }
    return parts;
}

function dataOf(event) {
    if (event.removed) return [put(make('em', 'quiet'), 'data.removed')];
    if (event.data_base64 !== undefined) return [make('span', 'quiet', preview(event))];
    if (event.data === undefined) return [];
    if (typeof event.data !== 'string') return brief(event.data);
    return coloured(event.data.slice(0, CHARACTERS_MAX).replaceAll('\n', ' ⏎ '));
}

function cellsOf(values) {
    const cells = make('span', 'cells');
    for (const value of values) {
        const isDeep = typeof value === 'object' && value !== null && !JSON.isRawJSON?.(value);
        const isNumber = typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value));
        cells.append(make('span', isDeep ? 'quiet' : isNumber ? 'j-number' : kindOf(value), isDeep ? (Array.isArray(value) ? `[${value.length}]` : '{…}') : textOf(value)));
    }
    return cells;
}

/** Fills the row of an event. `layout` is `{ showsChannel, showsType, showsKey, showsFrom, columns }`. */
function fillEvent(row, event, layout) {
    row.className = 'event';
    row.dataset.id = event.id;
    const when = make('time', 'when', clock(new Date(event.time)));
    when.dateTime = event.time;
    row.append(when);
    if (layout.showsChannel) {
        const channel = make('a', `name tone-${toneOf(event.channel)}`);
        channel.append(make('bdi', '', event.channel));
        channel.href = link(event.channel);
        channel.tabIndex = -1; // Reached with the row, by Enter.
        row.append(channel);
    }
    if (layout.showsType) row.append(make('span', event.type === 'message' ? 'type quiet' : `type tag tone-${toneOf(event.type)}`, event.type));
    if (layout.showsKey) row.append(make('bdi', 'k', event.key ?? ''));
    if (layout.showsFrom) row.append(make('bdi', 'from', event.from ?? ''));
    const values = layout.columns?.cells(event.data);
    const data = values ? cellsOf(values) : make('span', typeof event.data === 'object' ? 'text j-key' : 'text');
    if (!values) data.append(...dataOf(event));
    row.append(data);
}

/** Fills a row with an item. */
export function fill(row, item, layout) {
    row.replaceChildren();
    delete row.dataset.id;
    const { event, gap, note, line, hole } = item;
    if (event) return fillEvent(row, event, layout);
    if (line !== undefined) {
        row.className = 'line';
        const text = make('span', 'text');
        text.append(...coloured(line));
        return row.append(text);
    }
    row.className = gap ? 'gap' : `note ${note?.kind ?? 'hole'}`;
    const span = make('span', 'text');
    if (gap) put(span, `gap.${gap.reason}`, { after: gap.after, resume: gap.resume });
    else if (note) put(span, note.name, note.values);
    else span.textContent = words('events.let-go', { n: number(hole) });
    row.append(span);
}
