// One room: its messages, its members, and who is typing.
import { announce, find, link, make, put, set, words } from '../../page/program.js';
import { both } from './both.js';
import { watch } from './state.js';
import { Messages, NEWEST } from './messages.js';

const OLDER = 50;
const PAGED_MAX = 1_000;

/** Typing is published at this interval while it lasts, and hidden a little later. */
const PUBLISH_TYPING_MS = 3_000;
const HIDE_TYPING_MS = 5_000;

export const channelOf = (room) => `demos/chat/room/${room}`;

export class Room {
    #me;
    #sluice;
    #channel;
    #typing;
    #messages = new Messages();
    #typists = new Map(); // By name: the timer that removes the notice.
    #publishedMs = -Infinity;
    #path;
    #isLeft = false;

    constructor(sluice, name, me) {
        this.name = name;
        this.#sluice = sluice;
        this.#me = me;
        this.#path = link(channelOf(name));
        this.#clear();
        this.#channel = watch(sluice.channel(channelOf(name), { last: NEWEST, join: true }))
            .on('message', (event) => this.#onMessage(event))
            .on('sluice.gap', (gap) => this.#messages.note(words(`gap.${gap.reason}`, { after: '…', ...gap })));
        // Typing has a separate channel, so that it never appears in the history of the room. It is published
        // every three seconds with the user's name as `key`: with `conflate`, a reader who was disconnected
        // gets only the newest event of each user. Older events are not read. Presence would last ten seconds
        // longer than the typing.
        this.#typing = sluice.channel(`demos/chat/typing/${name}`, { type: 'typing', conflate: true })
            .on('typing', ({ key }) => this.#onTyping(key));
        this.#channel.presence((members) => this.#show(members)).catch(({ message }) => {
            if (!this.#isLeft) find('here-said').replaceChildren(both(message, `出错：${message}`));
        });
        find('older').onclick = () => this.#older();
        find('to-newest').onclick = () => this.#messages.showNewest();
    }

    #clear() {
        set(find('room-name').firstChild, this.name);
        set(find('command'), `curl -d hello '${location.origin}${this.#path.replaceAll("'", '%27')}'`);
        for (const id of ['here-said', 'typing', 'older-said']) find(id).replaceChildren();
        find('here').replaceChildren(make('li', '', '…'));
        find('older').hidden = false;
        find('older-json').hidden = true;
    }

    leave() {
        this.#isLeft = true;
        this.#channel.close();
        this.#typing.close();
        this.#messages.close();
        for (const timer of this.#typists.values()) clearTimeout(timer);
    }

    /** Called after the user has sent a message: further typing belongs to the next one. */
    sent() {
        this.#publishedMs = -Infinity;
        this.#messages.showNewest();
    }

    #onMessage(event) {
        const { name, text } = this.#messages.append(event, this.#me);
        this.#removeTypist(name);
        if (name !== this.#me) announce('message', () => `${name}: ${text}`);
    }

    // Members who are typing

    /** Publishes that the user is typing. Skipped while disconnected, because it would no longer be true when sent later. */
    type() {
        if (performance.now() - this.#publishedMs < PUBLISH_TYPING_MS || this.#sluice.state.state !== 'open') return;
        this.#publishedMs = performance.now();
        this.#typing.publish('', { type: 'typing', key: this.#me }).catch(() => {
            this.#publishedMs = -Infinity; // The next key press publishes it.
        });
    }

    #onTyping(name) {
        if (!name || name === this.#me || this.#isLeft) return;
        clearTimeout(this.#typists.get(name));
        this.#typists.set(name, setTimeout(() => this.#removeTypist(name), HIDE_TYPING_MS));
        this.#drawTypists();
    }

    #removeTypist(name) {
        clearTimeout(this.#typists.get(name));
        if (this.#typists.delete(name)) this.#drawTypists();
    }

    #drawTypists() {
        const names = [...this.#typists.keys()].join(', ');
        find('typing').replaceChildren(...(names ? [both(`${names}: typing…`, `${names} 正在输入……`)] : []));
    }

    // Members

    #show(members) {
        if (this.#isLeft) return;
        const items = members.map(({ client }) => {
            const item = make('li');
            item.append(make('bdi', '', client));
            if (client === this.#me) item.appendChild(make('span', 'you')).append(both('you', '我'));
            return item;
        });
        find('here').replaceChildren(...(items.length > 0 ? items : [make('li', '', '…')]));
    }

    // Older messages

    async #older() {
        const { oldest } = this.#messages;
        find('older').disabled = true;
        set(find('older-said'), '');
        try {
            const query = new URLSearchParams({ before: oldest, limit: OLDER, type: 'message', as: 'json' });
            const answer = await fetch(`${this.#path}?${query}`);
            const { events, detail } = await answer.json();
            if (!answer.ok) throw new Error(detail);
            if (this.#isLeft) return;
            this.#messages.prepend(events, this.#me);
            const isTooMuch = this.#messages.count >= PAGED_MAX;
            find('older').hidden = events.length < OLDER || isTooMuch;
            find('older-json').hidden = !isTooMuch || events.length < OLDER; // The link leads to the messages that are too many for the page.
            find('older-json').href = `${this.#path}?${new URLSearchParams({ before: this.#messages.oldest, limit: 1_000, as: 'json' })}`;
            if (events.length < OLDER) put(find('older-said'), 'events.oldest');
        } catch (error) {
            find('older-said').replaceChildren(both(`Loading failed: ${error.message}. Try again.`, `加载失败：${error.message}。请重试。`));
        } finally {
            find('older').disabled = false;
        }
    }
}
