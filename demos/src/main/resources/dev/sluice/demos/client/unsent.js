// What was sent and is not acknowledged yet. It stays in sight until the hub has it, also over a reload: each has had its
// idempotency key from the first moment, so that it stands there once, however often it goes out.
import { find, make } from '/page/frame.js';
import { both } from './both.js';
import { ofTab } from './kept.js';
import { channelOf } from './room.js';

/** The hub knows a key for five minutes. After that nobody could tell whether a message would stand there twice. */
const REPEAT_MS_MAX = 4 * 60_000;

export class Unsent {
    #sluice;
    #entries = new Map(); // By key.

    constructor(sluice) {
        this.#sluice = sluice;
        sluice.on('state', () => this.#draw());
        document.addEventListener('languagechange', () => this.#draw());
        for (const entry of JSON.parse(ofTab.get('unsent') ?? '[]')) {
            this.#entries.set(entry.key, entry);
            if (Date.now() - entry.at < REPEAT_MS_MAX) this.#publish(entry);
            else entry.trouble ??= UNKNOWN;
        }
        this.#draw();
    }

    send(room, name, text) {
        const key = [...crypto.getRandomValues(new Uint32Array(4))].join('-');
        const entry = { key, room, name, text, at: Date.now() };
        this.#entries.set(key, entry);
        this.#publish(entry);
        this.#keep();
    }

    async #publish(entry) {
        const { key, room, name, text } = entry;
        entry.trouble = undefined;
        try {
            await this.#sluice.channel(channelOf(room)).publish({ name, text }, { idempotencyKey: key });
            this.#entries.delete(key);
        } catch ({ message, mayHaveArrived }) {
            entry.trouble = mayHaveArrived ? UNKNOWN : [message, `未发送：${message}`];
        }
        this.#keep();
    }

    /** Under another key, as it is meant to be said again. */
    #again(entry) {
        this.#entries.delete(entry.key);
        this.send(entry.room, entry.name, entry.text);
    }

    #drop(entry) {
        this.#entries.delete(entry.key);
        this.#keep();
    }

    #keep() {
        ofTab.set('unsent', JSON.stringify([...this.#entries.values()]));
        this.#draw();
    }

    #draw() {
        const isOpen = this.#sluice.state.state === 'open';
        find('unsent').replaceChildren(...[...this.#entries.values()].map((entry) => this.#row(entry, isOpen)));
    }

    #row(entry, isOpen) {
        const item = make('li');
        const how = make('span', 'how');
        item.dataset.state = entry.trouble ? 'failed' : isOpen ? 'sending' : 'waiting';
        how.append(both(...(entry.trouble ?? (isOpen ? ['sending', '发送中'] : ['kept, goes out when the line is back', '已保留，恢复连接后发送']))));
        item.append(how, make('bdi', 'you', entry.room), make('span', 'text', entry.text));
        if (entry.trouble) {
            item.append(button(() => this.#again(entry), 'Send again', '再次发送'), button(() => this.#drop(entry), 'Drop it', '放弃'));
        }
        return item;
    }
}

const UNKNOWN = ['Nobody can tell whether it has arrived: look above', '无法确定是否已送达：请查看上方'];

function button(action, english, chinese) {
    const element = make('button');
    element.type = 'button';
    element.append(both(english, chinese));
    element.addEventListener('click', action);
    return element;
}
