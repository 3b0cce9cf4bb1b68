// A tile of the wall, which shows one check.
import { age, make, set } from '../../page/program.js';
import { pageOf } from './api.js';
import { mark, show } from './states.js';
import { answer, failure, outageSince, Strip } from './strip.js';

export class Tile {
    element = make('li', 'sense-tile');
    #link = this.element.appendChild(make('a', 'sense-title'));
    #state = this.element.appendChild(mark());
    #age = this.element.appendChild(make('span', 'sense-age'));
    #answer = this.element.appendChild(make('p', 'sense-answer'));
    #strip = null;
    #newest = null;
    #check = null;
    #titleOf = (name) => name;

    /** @param isBig whether the tile is on a wall screen, where a strip would be too small */
    constructor(isBig) {
        if (isBig) return;
        this.#strip = new Strip();
        this.element.append(this.#strip.element);
    }

    /** @param sample the newest outcome */
    take(sample) {
        this.#newest = sample;
        this.#strip?.take(sample);
        this.#say();
    }

    /** @param titleOf returns the title of another check */
    draw(check, titleOf) {
        this.#check = check;
        this.#titleOf = titleOf;
        this.element.dataset.state = check.state;
        this.element.toggleAttribute('data-caused', 'cause' in check);
        this.#link.href = pageOf(check);
        set(this.#link, check.title);
        show(this.#state, check.state);
        set(this.#age, age(Math.max(0, Date.now() - Date.parse(check.since))));
        this.#age.title = check.since;
        this.#say();
    }

    #say() {
        if (!this.#check) return;
        const { state, cause } = this.#check;
        if (state === 'down' && !cause) {
            set(this.#answer, outageSince(this.#check));
            return;
        }
        const isNewest = state === 'up' || state === 'slow' || state === 'unknown';
        const newest = isNewest && this.#newest ? this.#newest : failure(this.#check);
        set(this.#answer, answer({ ...newest, cause: cause && this.#titleOf(cause) }));
    }
}
