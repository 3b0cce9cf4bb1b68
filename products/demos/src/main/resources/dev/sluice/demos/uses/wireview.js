// The bytes of the page's own connections, decoded: heads of requests and responses, chunks, lines of events,
// frames.
import { make, put } from '../../page/program.js';

const UNITS_MAX = 120;
const ALL = 'all';

export class WireView {
    #rows;
    #choice;
    #hold;

    /** @param connections the connections that are listed before they have sent anything, the one to show first at the front */
    constructor(rows, choice, hold, connections) {
        this.#rows = rows;
        this.#choice = choice;
        this.#hold = hold;
        for (const name of [...connections, ALL]) this.#know(name);
        choice.addEventListener('change', () => rows.replaceChildren());
        hold.addEventListener('click', () => { hold.ariaPressed = String(hold.ariaPressed === 'false'); });
    }

    /** Clears the view, and shows a text if there is nothing yet. */
    say(word) {
        this.#rows.replaceChildren(...(word ? [put(make('p', 'left-out'), word)] : []));
    }

    /** Shows the units received since the previous part, unless the reader holds the view. */
    add({ units, leftOut }) {
        for (const { connection } of units) this.#know(connection);
        if (this.#hold.ariaPressed === 'true') return;
        const isAll = this.#choice.value === ALL;
        const chosen = units.filter(({ connection }) => isAll || connection === this.#choice.value);
        const follows = this.#rows.scrollHeight - this.#rows.scrollTop - this.#rows.clientHeight < 40;
        const missing = Object.entries(leftOut).reduce((sum, [connection, n]) => sum + (isAll || connection === this.#choice.value ? n : 0), 0);
        if (missing) this.#rows.append(put(make('p', 'left-out'), 'stage.left-out', { n: missing }));
        this.#rows.append(...chosen.map((unit) => row(unit, isAll)));
        while (this.#rows.childElementCount > UNITS_MAX) this.#oldest().remove();
        if (follows) this.#rows.scrollTop = this.#rows.scrollHeight;
    }

    /** Returns the oldest unit. A request at the beginning is kept, because everything after it is the response. */
    #oldest() {
        const [first, second] = this.#rows.children;
        return first.matches('.sent') ? second : first;
    }

    #know(connection) {
        if ([...this.#choice.options].some(({ value }) => value === connection)) return;
        this.#choice.add(put(new Option('', connection), known(connection)));
    }
}

const NAMES = new Set(['demo', 'all', 'client', 'hand', 'every', 'conflated', 'tabs', 'board', 'sse', 'text']);

/** Returns the key of the text for a connection. */
const known = (name) => `stage.on.${NAMES.has(name) ? name : 'other'}`;

function row({ connection, isSent, kind, bytes, head, about, text }, isAll) {
    const row = make('div', isSent ? 'unit sent' : 'unit came');
    const line = row.appendChild(make('p', 'unit-head'));
    line.append(make('b', '', isSent ? '→' : '←'));
    if (isAll) line.append(put(make('span', 'on'), known(connection)));
    if (head) line.append(make('code', 'frame-bytes', head));
    line.append(make('span', 'frame-about', kind === 'http' ? `HTTP · ${bytes} B` : about));
    const shown = row.appendChild(make('p', 'unit-text'));
    if (kind === 'chunk') shown.append(...text.replace(/\n$/, '').split('\n').map(field));
    else shown.append(...breakable(kind === 'http' ? text.replaceAll('\r\n', '\\r\\n\n') : text));
    return row;
}

/** Allows line breaks after the punctuation of JSON and of addresses, and not inside words. */
const breakable = (text) => text.split(/(?<=[,:{}[\]&?;])(?=.)/).flatMap((part, i) => (i === 0 ? [part] : [make('wbr'), part]));

/** Returns a line of an event stream, with the name of its field highlighted. */
function field(line) {
    const shown = make('span', 'sse-line');
    const [name = ''] = /^(?:data|event|id|retry)?:/.exec(line) ?? []; // A chunk may begin in the middle of a line.
    shown.append(make('b', '', name), ...breakable(line.slice(name.length) || '\\n'));
    return shown;
}
