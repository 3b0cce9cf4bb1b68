// Six more readers of each kind: written by hand, each has a connection; with the client, they share one.
import { Sluice } from '../../client.js';
import { byHand } from './byhand.js';

const TABS = 6;
let closers = [];

export const tabs = {
    /** @return the words for it */
    toggle(isOn, base, options) {
        this.close();
        if (!isOn) return ['The six tabs are closed.', '六个标签页已关闭。'];
        for (let i = 0; i < TABS; i++) {
            closers.push(byHand(new URL('channels/numbers', base), () => {}, () => {}));
            const sluice = new Sluice(base, { ...options, client: 'tabs', share: true });
            sluice.channel('numbers').on('message', () => {});
            closers.push(() => sluice.close());
        }
        return [
            'Six more by hand: six connections. Six more with the client and share: one.',
            '手写的六个标签页：六个连接。使用客户端并开启 share 的六个：一个连接。',
        ];
    },
    close() {
        for (const each of closers) each();
        closers = [];
    },
};
