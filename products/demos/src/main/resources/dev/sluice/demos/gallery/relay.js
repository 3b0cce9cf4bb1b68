// The bytes of a demo's own connections: its page is in a frame, served by a relay of the hub, through which
// they pass.
import { put } from '../page/program.js';

export class Relay {
    #view;
    #state;
    #source = null;

    /** @param view shows the units @param state shows the state of the relay */
    constructor(view, state) {
        this.#view = view;
        this.#state = state;
    }

    /**
     * Opens a relay for a demo, and a new one whenever it is lost. Calls `ready` with the id of the relay, or
     * with null if there can't be one.
     */
    open(demo, ready) {
        this.close();
        const source = new EventSource(`wire/open?demo=${demo}`);
        this.#source = source;
        this.#show('connecting');
        source.addEventListener('relay', ({ data }) => {
            this.#show('open');
            ready(JSON.parse(data).id);
        });
        source.addEventListener('wire', ({ data }) => this.#view.add(JSON.parse(data)));
        source.addEventListener('none', () => {
            this.close();
            this.#show('ended');
            ready(null);
        });
        source.addEventListener('error', () => this.#show(source.readyState === EventSource.CLOSED ? 'failed' : 'connecting'));
    }

    close() {
        this.#source?.close();
        this.#source = null;
    }

    #show(state) {
        this.#state.dataset.state = state;
        const words = { ended: 'wire.ended', failed: 'state.why.cut' };
        put(this.#state.querySelector('.state-word'), words[state] ?? `state.${state}`);
    }
}
