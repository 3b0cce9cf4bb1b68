// The bytes of an answer of the typewriter in both directions, as the server sees them.
import { make, put } from '../page/program.js';

const PARTS_MAX = 100;
const HEADS = 2;
const AT_END_PX = 24;

export class Wire {
    #element;
    #state;
    #source = null;
    #began = 0;

    constructor(element) {
        this.#element = element.querySelector('.bytes');
        this.#state = element.querySelector('.live');
    }

    /** Opens the stream of an answer from its beginning, as `sse` or `text`. */
    open(name, answer) {
        this.close();
        this.#element.replaceChildren();
        this.#began = performance.now();
        const source = new EventSource(`answer/${name}?answer=${encodeURIComponent(answer)}`);
        this.#source = source;
        this.#setState('connecting');
        source.onopen = () => this.#setState('open');
        source.addEventListener('sent', ({ data }) => this.#part('sent', '→', data));
        source.addEventListener('came', ({ data }) => this.#part('came', '←', data));
        source.addEventListener('end', () => {
            this.close();
            this.#setState('end');
        });
        source.onerror = () => {
            this.close(); // An EventSource would open another connection, with other bytes.
            this.#setState('cut');
        };
    }

    /** Shows why there is nothing yet. */
    wait(word) {
        this.close();
        this.#element.replaceChildren(put(make('p'), word));
        this.#setState('end');
    }

    close() {
        this.#source?.close();
        this.#source = null;
    }

    #setState(state) {
        this.#state.dataset.state = state === 'end' ? 'ended' : state === 'cut' ? 'failed' : state;
        const word = this.#state.querySelector('.state-word');
        if (state === 'end') put(word, 'wire.ended');
        else if (state === 'cut') put(word, 'state.why.cut');
        else put(word, `state.${state}`);
    }

    #part(kind, arrow, base64) {
        const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
        const seconds = ((performance.now() - this.#began) / 1000).toFixed(3);
        const follows = this.#element.scrollHeight - this.#element.scrollTop - this.#element.clientHeight < AT_END_PX;
        const part = make('div', `part ${kind}`);
        part.append(make('span', 'about', `${arrow} ${seconds} s · ${bytes.length} B`), visible(bytes));
        this.#element.append(part);
        // The first parts, request and response heads, stay.
        while (this.#element.childElementCount > PARTS_MAX) this.#element.children[HEADS].remove();
        if (follows) this.#element.scrollTop = this.#element.scrollHeight;
    }
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Shows line ends and bytes that are not text as escape sequences. */
function visible(bytes) {
    const shown = make('span', 'text');
    let text = '';
    const mark = (escape) => {
        shown.append(text, make('span', 'mark-byte', escape));
        text = '';
    };
    for (let i = 0; i < bytes.length; ) {
        const length = characterLength(bytes[i]);
        const character = decode(bytes.subarray(i, i + length));
        if (character === '\r') mark('\\r');
        else if (character === '\n') {
            mark('\\n');
            text = '\n';
        } else if (character !== null && character >= ' ' && character !== '\x7f') text += character;
        else mark(`\\x${bytes[i].toString(16).padStart(2, '0')}`);
        i += character === null ? 1 : length;
    }
    shown.append(text);
    return shown;
}

function characterLength(first) {
    if (first < 0xc0) return 1;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

function decode(bytes) {
    try {
        return decoder.decode(bytes);
    } catch {
        return null; // An incomplete character, or the head of a frame.
    }
}
