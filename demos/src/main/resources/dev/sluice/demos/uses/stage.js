// The stage of a use: the program on a small hub of its own, beside its bytes and its sources.
import { Sluice } from '../../client.js';
import { find, frame } from '../../page/frame.js';
import { both } from '../client/both.js';
import { byHand } from './byhand.js';
import { showCode } from './code.js';
import { Lane } from './lane.js';
import { pair } from './pair.js';
import { tabs } from './tabs.js';
import { views } from './views.js';
import { WireView } from './wireview.js';

const use = document.body.dataset.use;
const OPTIONS = { transports: ['websocket'], backoff: { first: 500, factor: 1.5, max: 2_000 } };
const wire = new WireView(find('wire'), find('connection'), find('hold'));
let stage = null;

frame();
showCode(use);

/** A stage begins again with an empty log when its stream was lost, for example because this page was frozen. */
const source = new EventSource(`../stage/open/${use}`);
source.addEventListener('stage', ({ data }) => begin(JSON.parse(data).id));
source.addEventListener('wire', ({ data }) => {
    const { wire: part, connections } = JSON.parse(data);
    wire.add(part);
    find('connections').textContent = connections;
});
source.addEventListener('full', () => {
    source.close();
    say('Too many of these pages are open. Close one, and load this page again.', '打开的演示页面太多。请关闭一个，然后刷新本页。');
});

function begin(id) {
    stage?.close();
    const base = new URL(`../stage/at/${id}/`, location.href);
    stage = open(id, base);
    find('live').replaceChildren();
    views[use](find('live'), stage.sluice, {
        isCard: false,
        base: new URL(`demos/${use}/`, base),
        isCurrent: () => stage.id === id,
    });
}

function open(id, base) {
    forgetTransports(base);
    const sluice = new Sluice(base, { ...OPTIONS, client: 'client' });
    const [hand, client] = [new Lane(find('hand')), new Lane(find('client'))];
    sluice.on('state', ({ state }) => {
        client.state(state === 'stopped' ? 'ended' : state);
        if (state === 'open') fetch(new URL(`demos/${use}/watch`, base), { method: 'POST' });
    });
    sluice.channel('numbers').on('message', ({ data }) => client.number(data));
    const stopHand = byHand(
        new URL('channels/numbers', base),
        ({ data }) => data !== undefined && hand.number(data),
        (state) => hand.state(state),
    );
    const stopPair = use === 'quotes' ? pair(find('pair'), base, OPTIONS) : () => {};
    const close = () => {
        sluice.close();
        stopHand();
        stopPair();
        tabs.close();
    };
    return { id, base, sluice, close };
}

/** The client remembers the transport of each hub, but no other page meets this one again. */
function forgetTransports(base) {
    const stages = `sluice ${new URL('..', base)}`;
    try {
        for (const key of Object.keys(localStorage)) if (key.startsWith(stages)) localStorage.removeItem(key);
    } catch {
        // Without storage there is nothing to forget.
    }
}

function say(english, chinese) {
    find('trouble-word').replaceChildren(both(english, chinese));
}

const TROUBLES = {
    cut: {
        path: () => 'cut',
        said: ['The connections are cut for five seconds.', '连接已断开，持续五秒。'],
    },
    slow: {
        path: (isOn) => (isOn ? 'slow' : 'fast'),
        said: ['Every reader now takes 8 KB a second.', '每个读者现在每秒只读 8 KB。'],
        over: ['The readers are as fast as before.', '读者恢复原来的速度。'],
    },
    restart: {
        path: () => 'restart',
        said: ['The hub was stopped and started again, on the same log.', '中枢已停止并重新启动，日志仍是同一份。'],
    },
};

for (const button of document.querySelectorAll('[data-trouble]')) {
    button.addEventListener('click', () => trouble(button));
}

async function trouble(button) {
    if (!stage) return;
    const kind = button.dataset.trouble;
    const isOn = button.ariaPressed === 'false';
    if (button.ariaPressed !== null) button.ariaPressed = String(isOn);
    if (kind === 'tabs') {
        say(...tabs.toggle(isOn, stage.base, OPTIONS));
        return;
    }
    const { path, said, over } = TROUBLES[kind];
    say('…', '…');
    const answer = await fetch(`../stage/trouble/${stage.id}/${path(isOn)}`, { method: 'POST' });
    if (!answer.ok) say('This stage has ended. Load the page again.', '这个舞台已结束，请刷新页面。');
    else say(...(isOn || !over ? said : over));
}
