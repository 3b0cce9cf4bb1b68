// Messages that are not yet acknowledged. They stay visible until the hub has stored them, also after a
// reload. Each has an idempotency key from the start, so it is stored once however often it is sent.
import { find, make } from '../../page/program.js';
import { both } from './both.js';
import { ofTab } from './storage.js';
import { channelOf } from './room.js';

/** The hub keeps idempotency keys for five minutes; a message that is repeated later might be stored twice. */
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
            else entry.failure ??= UNKNOWN;
        }
        this.#draw();
    }

    send(room, name, text) {
        const key = [...crypto.getRandomValues(new Uint32Array(4))].join('-');
        const entry = { key, room, name, text, at: Date.now() };
        this.#entries.set(key, entry);
        this.#publish(entry);
        this.#save();
    }

    async #publish(entry) {
        const { key, room, name, text } = entry;
        entry.failure = undefined;
        try {
            await this.#sluice.channel(channelOf(room)).publish({ name, text }, { idempotencyKey: key });
            this.#entries.delete(key);
        } catch ({ message, mayHaveArrived }) {
            entry.failure = mayHaveArrived ? UNKNOWN : [message, `未发送：${message}`];
        }
        this.#save();
    }

    /** Sends the message with a new key, because the user wants to send it again. */
    #again(entry) {
        this.#entries.delete(entry.key);
        this.send(entry.room, entry.name, entry.text);
    }

    #drop(entry) {
        this.#entries.delete(entry.key);
        this.#save();
    }

    #save() {
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
        item.dataset.state = entry.failure ? 'failed' : isOpen ? 'sending' : 'waiting';
        how.append(both(...(entry.failure ?? (isOpen ? ['sending', '发送中'] : ['kept, sent after the reconnect', '已保留，重连后发送']))));
        item.append(how, make('bdi', 'you', entry.room), make('span', 'text', entry.text));
        if (entry.failure) {
            item.append(button(() => this.#again(entry), 'Send again', '再次发送'), button(() => this.#drop(entry), 'Discard', '丢弃'));
        }
        return item;
    }
}

const UNKNOWN = ['Unknown whether it has arrived: look above', '无法确定是否已送达：请查看上方'];

function button(action, english, chinese) {
    const element = make('button');
    element.type = 'button';
    element.append(both(english, chinese));
    element.addEventListener('click', action);
    return element;
}
