// The messages of a room, the newest at the bottom. New messages never move the text that the user is
// reading.
import { exactly, find, language, make, number, put, set, words } from '../../page/program.js';

/** The number of newest messages shown first. If there are fewer, there are no older ones. */
export const NEWEST = 50;

const AT_END_PX = 32;

/** Above this number, new messages remove the oldest from the page. Paging back loads them again. */
const SHOWN_MAX = 1_500;

export class Messages {
    #list = find('messages');
    #scroll = find('scroll');
    #isAtEnd = true;
    #top = 0;
    #unseen = 0;
    #timer;
    #sizes = new ResizeObserver(() => this.#resized()); // Unsent messages make the list shorter until they are acknowledged.

    constructor() {
        this.#list.replaceChildren();
        this.#sizes.observe(this.#scroll);
        this.#scroll.onscroll = () => this.#look();
        this.#drawUnseen();
        this.#drawEmpty();
    }

    /** The cursor of the oldest message shown. */
    get oldest() {
        return this.#list.querySelector('[data-cursor]')?.dataset.cursor;
    }

    get count() {
        return this.#list.childElementCount;
    }

    /** Adds a message. @return the author's name and the text */
    append(event, me) {
        const message = read(event);
        this.#add(row(event, message, me));
        return message;
    }

    /** Adds a line that is not a message. */
    note(text) {
        this.#add(make('li', 'note gap', text));
    }

    prepend(events, me) {
        const first = this.#list.firstChild;
        const before = first.getBoundingClientRect().top;
        this.#list.prepend(...events.map((event) => row(event, read(event), me)));
        this.#scroll.scrollTop += first.getBoundingClientRect().top - before;
    }

    close() {
        this.#sizes.disconnect();
    }

    showNewest() {
        this.#isAtEnd = true;
        this.#scrollSoon();
    }

    #add(line) {
        this.#list.append(line);
        if (this.count > SHOWN_MAX) {
            this.#list.firstChild.remove();
            find('older').hidden = false;
            set(find('older-said'), '');
        }
        if (!this.#isAtEnd) this.#unseen++;
        this.#drawEmpty();
        this.#scrollSoon();
    }

    /** Scrolls once for all messages that arrive together, because each scroll measures the page. */
    #scrollSoon() {
        this.#timer ??= setTimeout(() => {
            this.#timer = undefined;
            if (this.#isAtEnd) this.#scroll.scrollTop = this.#scroll.scrollHeight;
            this.#drawUnseen();
        });
    }

    /** The browser scrolls a list up when it becomes taller. Its event may come after further messages. */
    #resized() {
        this.#top = Math.min(this.#top, this.#scroll.scrollTop);
        this.#scrollSoon();
    }

    /** Only a user who scrolls up leaves the end; a message that arrives before this runs does not. */
    #look() {
        const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
        const isUp = scrollTop < this.#top;
        this.#top = scrollTop;
        this.#isAtEnd = scrollHeight - scrollTop - clientHeight < AT_END_PX || (this.#isAtEnd && !isUp);
        this.#drawUnseen();
    }

    #drawUnseen() {
        if (this.#isAtEnd) this.#unseen = 0;
        find('to-newest').hidden = this.#isAtEnd;
        put(find('to-newest'), 'events.to-newest', { n: number(this.#unseen) });
    }

    #drawEmpty() {
        find('empty').hidden = this.count > 0;
        find('older-row').hidden = this.count < NEWEST;
    }
}

/** Reads a message of this page. Other data is shown as it is, because any client may publish anything to a channel. */
function read({ data, from, removed }) {
    if (typeof data?.text === 'string' && typeof data.name === 'string') return data;
    const text = removed ? words('data.removed') : typeof data === 'string' ? data : JSON.stringify(data);
    return { name: from ?? '–', text: text ?? words('data.binary'), isOdd: typeof data !== 'string' };
}

/** Returns the row of a message. Users' texts are never parsed as markup. */
function row({ cursor, id, time }, { name, text, isOdd }, me) {
    const line = make('li', name === me ? 'message own' : 'message');
    line.dataset.cursor = cursor ?? id;
    const at = new Date(time);
    const isToday = at.toDateString() === new Date().toDateString();
    const day = isToday ? {} : { month: '2-digit', day: '2-digit' };
    const when = make('time', '', at.toLocaleString(language(), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...day }));
    when.dateTime = time;
    when.title = exactly(at);
    const message = make('span', isOdd ? 'text odd' : 'text', text);
    message.dir = 'auto';
    line.append(when, make('bdi', 'who', name), message);
    return line;
}
