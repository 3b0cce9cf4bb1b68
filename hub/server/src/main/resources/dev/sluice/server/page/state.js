// The state of a page's connection, in the same words and place on all pages, and in the title and icon of the tab.
import { announce } from './announce.js';
import { find } from './dom.js';
import { age, clock, set, words } from './words.js';

const TITLE = document.title;

export class StateLine {
    #element = find('state');
    #band = find('band');
    #state = { name: 'connecting', values: {} };
    #newest = null;
    #unseen = 0;
    #flag = '';
    #since = null; // When the connection was lost.

    constructor() {
        setInterval(() => this.#tick(), 1000);
        document.addEventListener('languagechange', () => this.#draw());
        document.addEventListener('visibilitychange', () => this.unseen(-this.#unseen));
        this.#draw();
    }

    /**
     * @param name   connecting, open, waiting, ended, or failed (ended with an error)
     * @param values `until` (ms) when waiting, `why` (a function that returns the reason in the user's language)
     */
    show(name, values = {}) {
        if (name === 'open') this.#since = null;
        else if (name !== 'connecting') this.#since ??= new Date();
        this.#state = { name, values };
        this.#draw();
        announce('state', () => this.#reason() || this.#word());
    }

    /** Returns true if the page is connected. */
    get isOpen() {
        return this.#state.name === 'open';
    }

    /** Returns true if the page has lost its connection, so that it may be out of date. */
    get isLost() {
        return this.#isLost();
    }

    /** Sets one of the figures beside the state. */
    figure(name, text) {
        if (find(`figure-${name}`)) set(find(`figure-${name}`), text);
    }

    /** Sets the time of the newest event, whose age is shown. */
    newest(ms) {
        this.#newest = Math.max(this.#newest ?? 0, ms);
        this.#tick();
    }

    /** Shows in the tab's title how many events arrived while it was hidden. */
    unseen(count) {
        if (!document.hidden && this.#unseen === 0) return;
        this.#unseen = document.hidden ? this.#unseen + count : 0;
        this.#title();
    }

    #isLost() {
        return this.#since !== null && this.#state.name !== 'ended';
    }

    #word() {
        const { until } = this.#state.values;
        const n = until ? Math.max(0, Math.ceil((until - Date.now()) / 1000)) : 0;
        const word = words(`state.${this.#state.name}`, { n });
        const why = this.#band ? '' : this.#state.values.why?.(); // A page without the band shows state and reason in one line.
        return why && this.#state.name !== 'open' ? words('state.word-why', { word, why }) : word;
    }

    #reason() {
        const why = this.#state.values.why?.();
        if (!why || this.#state.name === 'open') return '';
        if (this.#state.name === 'ended') return words('state.ended.why', { why });
        return words('state.lost', { since: this.#since ? clock(this.#since, false) : '', why });
    }

    #draw() {
        const { name } = this.#state;
        this.#element.dataset.state = name;
        find('again').hidden = name === 'connecting' || name === 'open';
        if (this.#band) {
            this.#band.dataset.state = name;
            find('page').toggleAttribute('data-stale', this.#isLost());
            find('icon').href = find('icon').getAttribute('href').replace(/icon(-off)?\.svg/, this.#isLost() ? 'icon-off.svg' : 'icon.svg');
        }
        this.#tick();
    }

    #tick() {
        set(find('state-word'), this.#word());
        if (this.#band) {
            const reason = this.#reason();
            // While it reconnects, the reason of the last failure stays.
            if (reason || this.#state.name === 'ended') set(find('band-word'), reason);
            this.#band.hidden = this.#since === null || find('band-word').textContent === '';
            this.#title();
        }
        this.figure('newest', this.#newest === null ? '–' : age(Math.max(0, Date.now() - this.#newest)));
    }

    /** Puts a few characters in front of the tab's title; '' for none. */
    flag(text) {
        this.#flag = text;
        this.#title();
    }

    #title() {
        if (!this.#band) return;
        const title = this.#isLost() ? `✕ ${clock(this.#since, false)} ${TITLE}` : this.#flag ? `${this.#flag} ${TITLE}` : this.#unseen > 0 ? `(${this.#unseen}) ${TITLE}` : TITLE;
        if (document.title !== title) document.title = title;
    }
}
