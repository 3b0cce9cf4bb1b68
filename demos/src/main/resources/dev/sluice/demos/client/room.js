// One room: what is said in it, who is here, who is typing.
import { announce, find, make } from '/page/frame.js';
import { put, set, words } from '/page/words.js';
import { both } from './both.js';
import { watch } from './line.js';
import { Messages, NEWEST } from './messages.js';

const OLDER = 50;
const PAGED_MAX = 1_000;

/** Typing is told so often while it lasts, and forgotten a little later. */
const TELL_TYPING_MS = 3_000;
const FORGET_TYPING_MS = 5_000;

export const channelOf = (room) => `demos/chat/room/${room}`;

export class Room {
    #me;
    #sluice;
    #talk;
    #typing;
    #messages = new Messages();
    #typists = new Map(); // Each with the timer that forgets it.
    #toldMs = -Infinity;
    #path;
    #isLeft = false;

    constructor(sluice, name, me) {
        this.name = name;
        this.#sluice = sluice;
        this.#me = me;
        this.#path = `/channels/${channelOf(name).split('/').map(encodeURIComponent).join('/')}`;
        this.#clear();
        this.#talk = watch(sluice.channel(channelOf(name), { last: NEWEST, join: true }))
            .on('message', (event) => this.#heard(event))
            .on('sluice.gap', (gap) => this.#messages.note(words(`gap.${gap.reason}`, { after: '…', ...gap })));
        // Who is typing is nothing to keep: it has a channel beside the room's, so that the history, and paging through
        // it, never meets it. It is told once in three seconds of a message, is about a person (`key`), so that a reader who
        // was away gets the newest of each alone (`conflate`), and nobody asks for what was before they came. As
        // presence it would last ten seconds longer than the typing.
        this.#typing = sluice.channel(`demos/chat/typing/${name}`, { type: 'typing', conflate: true })
            .on('typing', ({ key }) => this.#types(key));
        this.#talk.presence((members) => this.#show(members)).catch(({ message }) => {
            if (!this.#isLeft) find('here-said').replaceChildren(both(message, `出错：${message}`));
        });
        find('older').onclick = () => this.#older();
        find('to-newest').onclick = () => this.#messages.showNewest();
    }

    #clear() {
        set(find('room-name').firstChild, this.name);
        document.title = `${this.name} · Chat · Sluice`;
        set(find('command'), `curl -d hello '${location.origin}${this.#path.replaceAll("'", '%27')}'`);
        for (const id of ['here', 'here-said', 'typing', 'older-said']) find(id).replaceChildren();
        find('older').hidden = false;
        find('older-json').hidden = true;
    }

    leave() {
        this.#isLeft = true;
        this.#talk.close();
        this.#typing.close();
        this.#messages.close();
        for (const timer of this.#typists.values()) clearTimeout(timer);
    }

    /** This reader has said something: what they type from now on is another message. */
    said() {
        this.#toldMs = -Infinity;
        this.#messages.showNewest();
    }

    #heard(event) {
        const { name, text } = this.#messages.append(event, this.#me);
        this.#forget(name);
        if (name !== this.#me) announce('message', () => `${name}: ${text}`);
    }

    // Who is typing

    /** This reader is. Not told while the line is down: later it would no longer be true. */
    type() {
        if (performance.now() - this.#toldMs < TELL_TYPING_MS || this.#sluice.state.state !== 'open') return;
        this.#toldMs = performance.now();
        this.#typing.publish('', { type: 'typing', key: this.#me }).catch(() => {
            this.#toldMs = -Infinity; // The next key tells it.
        });
    }

    #types(name) {
        if (!name || name === this.#me || this.#isLeft) return;
        clearTimeout(this.#typists.get(name));
        this.#typists.set(name, setTimeout(() => this.#forget(name), FORGET_TYPING_MS));
        this.#drawTypists();
    }

    #forget(name) {
        clearTimeout(this.#typists.get(name));
        if (this.#typists.delete(name)) this.#drawTypists();
    }

    #drawTypists() {
        const names = [...this.#typists.keys()].join(', ');
        find('typing').replaceChildren(...(names ? [both(`${names}: typing…`, `${names} 正在输入…`)] : []));
    }

    // Who is here

    #show(members) {
        if (this.#isLeft) return;
        find('here').replaceChildren(...members.map(({ client }) => {
            const item = make('li');
            item.append(make('bdi', '', client));
            if (client === this.#me) item.appendChild(make('span', 'you')).append(both('you', '你'));
            return item;
        }));
    }

    // What was said before

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
            find('older-json').hidden = !isTooMuch || events.length < OLDER; // Who wants still older ones reads them without the page.
            find('older-json').href = `${this.#path}?${new URLSearchParams({ before: this.#messages.oldest, limit: 1_000, as: 'json' })}`;
            if (events.length < OLDER) put(find('older-said'), 'events.oldest');
        } catch (error) {
            find('older-said').replaceChildren(both(`It can’t be read: ${error.message}. Try again.`, `无法读取：${error.message}。请重试。`));
        } finally {
            find('older').disabled = false;
        }
    }
}
