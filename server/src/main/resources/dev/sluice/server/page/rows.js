// The rows of the list: events, notes and markers.
import { make } from './frame.js';
import { link } from './hub.js';
import { bytes, clock, exactly, number, put } from './words.js';

// Characters shown at first, the rest on demand: longer data would make the list jump.
const LINES_MAX = 6;
const CHARACTERS_MAX = 600;
const BASE64_MAX = 72;
// Characters of an event that a filter searches.
const SEARCHED_MAX = 10_000;

/** Creates the row of an event. */
export function eventRow(event, showsChannel) {
    const row = make('li', 'event');
    const at = new Date(event.time);
    const when = make('time', 'when', clock(at));
    when.dateTime = event.time;
    when.title = exactly(at);
    const age = make('span', 'age');
    age.at = at.getTime();
    const about = make('span', 'about');
    if (showsChannel) {
        const channel = make('a', 'name', event.channel);
        channel.href = link(event.channel);
        about.append(channel);
    }
    about.append(make('span', event.type === 'message' ? 'type usual' : 'type', event.type));
    for (const [name, value] of [['key.short', event.key], ['from', event.from]]) {
        if (value === undefined) continue;
        const tag = make('span', 'tag');
        tag.append(put(make('span'), name), ' ', make('bdi', '', value));
        about.append(tag);
    }
    const shown = dataOf(event);
    const data = make('span', 'data');
    data.append(...shown.nodes);
    row.append(when, age, make('span', 'id', event.id), about, data);
    row.dataset.id = event.id;
    row.words = [event.id, event.channel, event.type, event.key, event.from, shown.text.slice(0, SEARCHED_MAX)]
        .join('\n')
        .toLowerCase();
    return row;
}

function dataOf(event) {
    if (event.data_base64 !== undefined) return binary(event);
    if (event.data === undefined) return { text: '', nodes: event.removed ? [put(make('em'), 'data.removed')] : [] };
    if (typeof event.data === 'string') {
        return { text: event.data, nodes: cut(event.data, event.data, 'data.more', CHARACTERS_MAX, 'text') };
    }
    const line = JSON.stringify(event.data);
    const isDeep = typeof event.data === 'object' && event.data !== null;
    const pretty = isDeep ? JSON.stringify(event.data, null, 2) : line;
    return { text: line, nodes: cut(line, pretty, isDeep ? 'data.pretty' : 'data.more', CHARACTERS_MAX, 'text json') };
}

function binary({ data_base64: base64, contentType }) {
    const size = (base64.length / 4) * 3 - base64.match(/=*$/)[0].length;
    const about = make('span', 'tag');
    about.append(put(make('span'), 'data.binary'), ` ${bytes(size)} ${contentType ?? ''}`);
    return { text: base64, nodes: [about, ...cut(base64, base64, 'data.more', BASE64_MAX, 'text json')] };
}

/** Creates an element with text that is truncated if it is long, and a button to show all of it. */
function cut(text, whole, button, most, className) {
    const begin = text.split('\n', LINES_MAX).join('\n').slice(0, most);
    const short = begin.length < text.length ? `${begin}…` : text;
    const shown = make('span', className, short);
    if (short === whole) return [shown];
    const more = put(make('button', 'more'), button);
    more.type = 'button';
    more.ariaExpanded = 'false';
    more.addEventListener('click', () => {
        const opens = more.ariaExpanded === 'false';
        more.ariaExpanded = String(opens);
        shown.textContent = opens ? whole : short;
        put(more, opens ? 'data.less' : button);
        more.closest('li').scrollIntoView({ block: 'nearest' });
    });
    return [shown, more];
}

/** Creates a note between events. */
export function noteRow(kind, name, values) {
    const row = make('li', `note ${kind}`);
    row.append(put(make('span'), name, values));
    return row;
}

export function gapRow({ after, resume, reason }) {
    return noteRow('gap', `gap.${reason}`, { after, resume });
}

/** Creates a marker for events that were removed from the list. */
export function holeRow(count) {
    const row = noteRow('hole', 'events.let-go', { n: number(count) });
    row.count = count;
    return row;
}
