// The list of rooms: the newest event of each key of a channel. Entering a room that is not listed adds it.
import { find, make } from '../../page/program.js';
import { both } from './both.js';

const SHOWN_MAX = 100;

export class Rooms {
    #list;
    #known = new Map(); // By name, in the order of arrival; the lobby is always shown.
    #here = 'lobby';
    #isComplete = false;

    constructor(sluice) {
        this.#list = sluice.channel('demos/chat/rooms', { snapshot: true, type: 'room' })
            .on('room', ({ key, removed }) => this.#onRoom(key, removed))
            .on('error', ({ message }) => find('room-said').replaceChildren(both(message, `出错：${message}`)));
        this.#draw();
    }

    entered(name) {
        this.#here = name;
        this.#draw();
        if (name === 'lobby' || this.#known.has(name)) return;
        // A repeated event of the same key changes only its time.
        this.#list.publish({ name }, { type: 'room', key: name })
            .catch(({ message }) => find('room-said').replaceChildren(both(message, `出错：${message}`)));
    }

    #onRoom(name, isRemoved) {
        if (!name) return; // Not an event of this page.
        if (isRemoved) this.#known.delete(name);
        else this.#known.set(name, true);
        if (this.#known.size > SHOWN_MAX) this.#known.delete(this.#known.keys().next().value);
        this.#draw();
    }

    #draw() {
        const names = new Set(['lobby', ...[...this.#known.keys()].sort(), this.#here]);
        find('rooms').replaceChildren(...[...names].map((name) => this.#link(name)));
    }

    #link(name) {
        const item = make('li');
        const link = item.appendChild(make('a'));
        link.href = `#${encodeURIComponent(name)}`;
        link.append(make('bdi', '', name));
        if (name === this.#here) link.setAttribute('aria-current', 'page');
        return item;
    }
}
