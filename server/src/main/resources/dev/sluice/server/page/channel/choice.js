// The event that its reader has chosen: marked in the list, shown in the pane, and named in the address.
import { find } from '../dom.js';
import { place, placed } from '../place.js';

/** The pane, which the first view does not need. */
export const openPane = () => import('./detail.js');

export class Choice {
    #id = placed('event') || null;
    #items;
    #list;
    #shown;
    #isAway;

    /**
     * @param items  all items of the page
     * @param list   the list
     * @param shown  returns the items that the list has
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
        if (id !== null) this.#list.follows = false; // What is read stays where it is.
        const i = this.#list.choose(id);
        const event = i < 0 ? undefined : this.#shown()[i].event;
        if (event) this.#draw(event);
        else if (!find('detail').hidden) openPane().then(({ drawDetail }) => drawDetail(null, this.close), this.#isAway);
    }

    #draw(event) {
        const all = this.#items.all.filter((each) => each.event).map((each) => each.event);
        const at = all.indexOf(event);
        // Channels of a selection are in one log: the event before is a cursor before, whatever its channel.
        const before = at > 0 ? (all[at - 1].cursor ?? all[at - 1].id) : null;
        const previous = all.slice(0, at).findLast((each) => each.channel === event.channel && each.type === event.type && each.key === event.key);
        openPane().then(({ drawDetail }) => {
            if (this.#id !== event.id) return;
            drawDetail({ event, before, previous }, this.close);
            this.#list.choose(event.id);
        }, this.#isAway);
    }

    /** Shows the event of the address once it has come. */
    find() {
        if (this.#id !== null && find('detail').hidden && this.#items.all.some(({ event }) => event?.id === this.#id)) this.choose(this.#id);
    }

    close = () => {
        this.choose(null);
        find('scroll').focus();
    };

    /** Chooses the next or the previous event; false if there is none. */
    move(step) {
        const events = this.#shown().filter(({ event }) => event);
        if (events.length === 0) return false;
        const at = events.findIndex(({ event }) => event.id === this.#id);
        const next = at < 0 ? events.length - 1 : Math.max(0, Math.min(events.length - 1, at + step));
        this.choose(events[next].event.id);
        return true;
    }
}
