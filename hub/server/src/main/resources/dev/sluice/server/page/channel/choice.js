// The selected event: marked in the list, shown in the pane, and named in the address.
import { find } from '../dom.js';
import { place, placed } from '../place.js';
import { Refused, kept } from '../requests.js';
import { selection } from './selection.js';

/** The pane, which the first view does not need. */
export const openPane = () => import('./detail.js');

export class Choice {
    #id = placed('event') || null;
    #old = null; // The event in the address if the list lacks it, as `kept` returns it.
    #items;
    #list;
    #shown;
    #isAway;

    /**
     * @param items  all items of the page
     * @param list   the list
     * @param shown  returns the items of the list
     * @param isAway called if the pane can't be loaded
     */
    constructor(items, list, shown, isAway) {
        this.#items = items;
        this.#list = list;
        this.#shown = shown;
        this.#isAway = isAway;
    }

    get id() {
        return this.#id;
    }

    /** Shows an event in the pane; null closes it. */
    choose(id) {
        this.#id = id;
        place('event', id ?? '');
        if (id !== null) this.#list.follows = false; // The list keeps its position while an event is read.
        const i = this.#list.choose(id);
        const event = i < 0 ? undefined : this.#shown()[i].event;
        if (event) this.#draw(event);
        else if (id !== null && this.#old?.event.id === id) this.#show(this.#old);
        else if (!find('detail').hidden) openPane().then(({ drawDetail }) => drawDetail(null, this.close), this.#isAway);
    }

    #draw(event) {
        const all = this.#items.all.filter((each) => each.event).map((each) => each.event);
        const at = all.indexOf(event);
        const previous = all.slice(0, at).findLast((each) => each.channel === event.channel && each.type === event.type && each.key === event.key);
        this.#show({ event, previous });
    }

    #show(shown) {
        openPane().then(({ drawDetail }) => {
            if (this.#id !== shown.event.id) return;
            drawDetail(shown, this.close);
            this.#list.choose(this.#id);
        }, this.#isAway);
    }

    /** Shows the event in the address once it has arrived. */
    find() {
        if (this.#id !== null && find('detail').hidden && this.#isListed) this.choose(this.#id);
    }

    /** Shows the event in the current address; closes the pane if it has none. */
    restore() {
        const id = placed('event') || null;
        if (id === this.#id) return;
        this.#id = id;
        if (id === null || this.#isListed) this.choose(id);
        else this.seek();
    }

    /** Requests the event in the address from the hub, unless it arrived with the newest ones. */
    async seek() {
        const id = this.#id;
        if (id === null || this.#isListed) return;
        try {
            this.#old = await kept(selection, id);
        } catch (error) {
            if (!(error instanceof Refused)) return this.#isAway();
        }
        if (this.#id !== id) return;
        if (this.#old) this.#show(this.#old);
        else openPane().then(({ drawGone }) => drawGone(id, this.close), this.#isAway);
    }

    get #isListed() {
        return this.#items.all.some(({ event }) => event?.id === this.#id);
    }

    close = () => {
        this.choose(null);
        find('scroll').focus();
    };

    /** Chooses the next or the previous event; returns false if there is none. */
    move(step) {
        const events = this.#shown().filter(({ event }) => event);
        if (events.length === 0) return false;
        const at = events.findIndex(({ event }) => event.id === this.#id);
        const next = at < 0 ? events.length - 1 : Math.max(0, Math.min(events.length - 1, at + step));
        this.choose(events[next].event.id);
        return true;
    }
}
