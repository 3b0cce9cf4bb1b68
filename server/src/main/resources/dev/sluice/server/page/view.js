// The list of events: new ones are added at its end without moving visible rows, and its size is limited.
import { announce, make } from './frame.js';
import { eventRow, gapRow, holeRow, noteRow } from './rows.js';
import { age, number, set, words } from './words.js';

const DRAW_MS = 100;
const MATCHING_MAX = 500;
const HIDDEN_MAX = 500;
const ROWS_MAX = 2000;
const WAITING_MAX = 1000;
const TEXT_MAX = 64 * 1024;
const AT_END_PX = 24;

export class View {
    #list;
    #scroll;
    #showsChannel;
    #changed;
    #waiting = [];
    #letGo = 0;
    #fresh = 0;
    #timer = 0;
    #paused = false;
    #follows = true;
    #filter = '';
    #isServers = true; // The static rows of the server stay until there are others.

    /**
     * @param list    gets the rows
     * @param scroll  scrolls it
     * @param changed called with { waiting, follows, shown, rows, isEmpty } after each change
     */
    constructor(list, scroll, showsChannel, changed) {
        this.#list = list;
        this.#scroll = scroll;
        this.#showsChannel = showsChannel;
        this.#changed = changed;
        scroll.addEventListener('scroll', () => this.#scrolled());
        scroll.addEventListener('click', () => this.#scrolled()); // A row may have been expanded.
        new ResizeObserver(() => this.#follows && this.#toEnd()).observe(scroll);
        document.addEventListener('selectionchange', () => this.#soon());
        document.addEventListener('languagechange', () => this.#tick());
        setInterval(() => this.#tick(), 1000);
    }

    /** Adds received items at the end: now, or when the list is no longer paused. */
    add(said) {
        const last = this.#waiting.at(-1);
        if (said.text !== undefined && last?.text !== undefined) {
            last.text = (last.text + said.text).slice(-TEXT_MAX);
        } else {
            this.#waiting.push({ ...said });
        }
        if (said.event) this.#fresh++;
        if (this.#waiting.length > WAITING_MAX) {
            this.#waiting.shift();
            this.#letGo++;
        }
        this.#soon();
    }

    /** Removes raw text: its data will be received again, from its beginning. */
    forgetText() {
        this.#waiting = this.#waiting.filter((each) => each.text === undefined);
        for (const each of this.#list.querySelectorAll('.raw')) each.remove();
        this.#soon();
    }

    /** The oldest event in the list, the start for paging back; null: there is none. */
    get oldest() {
        return this.#list.querySelector('[data-id]')?.dataset.id ?? null;
    }

    /** Inserts older events at the beginning, without moving visible rows. */
    prepend(events) {
        const rows = events.map((event) => this.#row({ event }));
        const fromEnd = this.#scroll.scrollHeight - this.#scroll.scrollTop;
        this.#list.prepend(...rows);
        this.#follows = false;
        this.#scroll.scrollTop = this.#scroll.scrollHeight - fromEnd;
        this.#tick();
        this.#tell();
    }

    set paused(paused) {
        this.#paused = paused;
        this.#soon();
    }

    set filter(text) {
        this.#filter = text.trim().toLowerCase();
        for (const row of this.#list.children) this.#hide(row);
        if (this.#follows) this.#toEnd();
        this.#tell();
    }

    /** Scrolls to the newest event, and follows. */
    toNewest() {
        this.#follows = true;
        this.#draw();
        this.#toEnd();
    }

    #soon() {
        if (!this.#timer) this.#timer = setTimeout(() => this.#draw(), DRAW_MS);
    }

    #draw() {
        clearTimeout(this.#timer);
        this.#timer = 0;
        if (!this.#paused && this.#follows && !this.#isSelecting() && this.#waiting.length > 0) {
            if (this.#isServers) this.#list.replaceChildren();
            this.#isServers = false;
            if (this.#letGo > 0) this.#list.append(this.#hole(this.#letGo));
            for (const said of this.#waiting) this.#append(said);
            this.#waiting = [];
            this.#letGo = 0;
            this.#trim();
            this.#tick();
        }
        if (this.#fresh > 0) announce('events', () => this.#sayFresh());
        this.#tell();
        if (this.#follows && !this.#paused) this.#toEnd(); // Last, because the listener may change the part above the rows.
    }

    #sayFresh() {
        const n = number(this.#fresh);
        this.#fresh = 0;
        return words('events.new', { n });
    }

    #append(said) {
        const last = this.#list.lastElementChild;
        if (said.text !== undefined && last?.classList.contains('raw')) {
            const node = last.lastChild.firstChild;
            node.appendData(said.text);
            if (node.length > TEXT_MAX) node.deleteData(0, node.length - TEXT_MAX);
        } else {
            this.#list.append(this.#row(said));
        }
    }

    #row({ event, gap, text, note }) {
        if (gap) return gapRow(gap);
        if (note) return noteRow(note.kind, note.name, note.values);
        if (text !== undefined) {
            const row = noteRow('raw', 'text.begins');
            row.append(make('span', 'text', text));
            return row;
        }
        const row = eventRow(event, this.#showsChannel);
        this.#hide(row);
        return row;
    }

    #hide(row) {
        if (row.words !== undefined) row.hidden = !row.words.includes(this.#filter);
        else if (row.count !== undefined) row.hidden = this.#filter !== ''; // The removed events might not match.
    }

    /** Keeps the newest matching rows, and fewer of the others, which are needed only for another filter. */
    #trim() {
        let matching = this.#matching();
        while (matching > MATCHING_MAX) {
            const first = this.#list.firstElementChild;
            if (first.words !== undefined && !first.hidden) matching--;
            first.remove();
        }
        const hidden = this.#list.querySelectorAll('.event[hidden]');
        for (let i = 0; i < hidden.length - HIDDEN_MAX; i++) this.#letRowGo(hidden[i]);
        while (this.#list.childElementCount > ROWS_MAX) this.#list.firstElementChild.remove();
    }

    #letRowGo(row) {
        const before = row.previousElementSibling;
        if (before?.count !== undefined) {
            before.replaceWith(this.#hole(before.count + 1));
            row.remove();
        } else {
            row.replaceWith(this.#hole(1));
        }
    }

    #hole(count) {
        const row = holeRow(count);
        this.#hide(row);
        return row;
    }

    #matching() {
        return this.#list.querySelectorAll('.event:not([hidden])').length;
    }

    #isSelecting() {
        const selection = getSelection();
        return !selection.isCollapsed && this.#list.contains(selection.anchorNode);
    }

    #scrolled() {
        const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
        this.#follows = scrollHeight - scrollTop - clientHeight < AT_END_PX;
        if (this.#follows && this.#waiting.length > 0) this.#soon();
        else this.#tell();
    }

    #toEnd() {
        this.#scroll.scrollTop = this.#scroll.scrollHeight;
    }

    #tick() {
        const now = Date.now();
        for (const each of this.#list.querySelectorAll('.age')) set(each, age(Math.max(0, now - each.at)));
    }

    #tell() {
        this.#changed({
            waiting: this.#waiting.filter((each) => each.event).length + this.#letGo,
            follows: this.#follows,
            shown: this.#matching(),
            rows: this.#list.querySelectorAll('.event').length,
            isEmpty: this.#list.childElementCount === 0,
        });
    }
}
