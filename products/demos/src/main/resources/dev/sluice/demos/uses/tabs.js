// Six more readers of each kind: each hand-written one has a connection; those with the client share one.
import { Sluice } from '../../client.js';
import { byHand } from './byhand.js';

const TABS = 6;
let closers = [];

export const tabs = {
    /** @return the key of the text that describes the change */
    toggle(isOn, base, options) {
        this.close();
        if (!isOn) return 'stage.tabs.closed';
        for (let i = 0; i < TABS; i++) {
            closers.push(byHand(new URL('channels/numbers', base), () => {}, () => {}));
            const sluice = new Sluice(base, { ...options, client: 'tabs', share: true });
            sluice.channel('numbers').on('message', () => {});
            closers.push(() => sluice.close());
        }
        return 'stage.tabs.open';
    },
    close() {
        for (const each of closers) each();
        closers = [];
    },
};
