// The bytes of the page's own connections, decoded: requests, answers, frames.
import { make, put } from '../../page/program.js';

const UNITS_MAX = 120;

export class WireView {
    #rows;
    #choice;
    #hold;

    constructor(rows, choice, hold) {
        this.#rows = rows;
        this.#choice = choice;
        this.#hold = hold;
        choice.add(new Option('*', ''));
        choice.addEventListener('change', () => rows.replaceChildren());
        hold.addEventListener('click', () => { hold.ariaPressed = String(hold.ariaPressed === 'false'); });
    }

    /** Shows what came since the last part, unless the reader holds the view. */
    add({ units, leftOut }) {
        for (const { connection } of units) this.#know(connection);
        if (this.#hold.ariaPressed === 'true') return;
        const chosen = units.filter(({ connection }) => !this.#choice.value || connection === this.#choice.value);
        const follows = this.#rows.scrollHeight - this.#rows.scrollTop - this.#rows.clientHeight < 40;
        if (leftOut && chosen.length) {
            this.#rows.append(put(make('p', 'left-out'), 'stage.left-out', { n: leftOut }));
        }
        this.#rows.append(...chosen.map(row));
        while (this.#rows.childElementCount > UNITS_MAX) this.#oldest().remove();
        if (follows) this.#rows.scrollTop = this.#rows.scrollHeight;
    }

    /** The oldest unit but for a request that is the first: it says what all that came is the answer to. */
    #oldest() {
        const [first, second] = this.#rows.children;
        return first.matches('.sent') ? second : first;
    }

    #know(connection) {
        if ([...this.#choice.options].some(({ value }) => value === connection)) return;
        this.#choice.add(new Option(connection, connection));
    }
}

function row({ connection, isSent, kind, bytes, head, about, text }) {
    const row = make('div', isSent ? 'unit sent' : 'unit came');
    const line = row.appendChild(make('p', 'unit-head'));
    line.append(make('b', '', isSent ? '→' : '←'), make('span', 'on', connection));
    if (kind === 'frame') line.append(make('code', 'frame-bytes', head), make('span', 'frame-about', about));
    else line.append(make('span', 'frame-about', `HTTP · ${bytes} B`));
    row.append(make('p', 'unit-text', kind === 'http' ? text.replaceAll('\r\n', '\\r\\n\n') : text));
    return row;
}
