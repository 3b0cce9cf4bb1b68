// The stage of a use: the program on a small separate hub, beside its bytes and its sources.
import { Sluice } from '../../client.js';
import { clear, find, put, stateLine, words } from '../../page/program.js';
import { byHand } from './byhand.js';
import { showCode } from './code.js';
import { Lane } from './lane.js';
import { pair } from './pair.js';
import { bars, Race } from './race.js';
import { tabs } from './tabs.js';
import { views } from './views.js';
import { WireView } from './wireview.js';

const use = document.querySelector('.stage-page').dataset.use;
const RETRY_MS = 3_000; // The delay that Chromium uses.
const BACKOFF = { first: 500, factor: 1.5, max: 2_000 };
const OPTIONS = { transports: ['websocket'], backoff: BACKOFF };
const { transport } = document.querySelector('.stage-page').dataset; // The transport of the demo itself.
const wire = new WireView(find('wire'), find('connection'), find('hold'), [use === 'board' ? 'board' : 'demo']);
let stage = null;
let full = false;

showCode(use);

/** If the stream is lost, for example because this page was frozen, a new stage starts with an empty log. */
const source = new EventSource(`../stage/open/${use}`);
const line = stateLine();
find('again').addEventListener('click', () => location.reload());
source.addEventListener('error', () => {
    const why = () => words(full ? 'stage.full' : 'state.why.cut');
    if (source.readyState === EventSource.CLOSED) line.show('failed', { why });
    else line.show('waiting', { until: Date.now() + RETRY_MS, why });
});
source.addEventListener('stage', ({ data }) => {
    full = false;
    line.show('open');
    begin(JSON.parse(data).id);
});
source.addEventListener('wire', ({ data }) => {
    const { wire: part, connections } = JSON.parse(data);
    wire.add(part);
    find('connections').textContent = connections;
});
source.addEventListener('full', () => { full = true; }); // The stream ends, and the browser reconnects after some seconds.

function begin(id) {
    stage?.close();
    const base = new URL(`../stage/at/${id}/`, location.href);
    stage = open(id, base);
    find('live').replaceChildren();
    views[use](find('live'), stage.demo, {
        isCard: false,
        base: new URL(`demos/${use}/`, base),
        isCurrent: () => stage.id === id,
    });
}

function open(id, base) {
    forgetTransports(base);
    const demo = new Sluice(base, { transports: [transport], backoff: BACKOFF, client: 'demo' });
    const sluice = new Sluice(base, { ...OPTIONS, client: 'client' });
    const lanes = [];
    const draw = () => lanes.length === 2 && bars(lanes.map(({ counts }) => counts)).forEach((parts, i) => lanes[i].bar(parts));
    lanes.push(new Lane(find('hand'), draw), new Lane(find('client'), draw));
    draw();
    const [hand, client] = lanes;
    const race = new Race(lanes);
    sluice.on('state', ({ state }) => {
        client.state(state === 'stopped' ? 'ended' : state);
    });
    demo.on('state', ({ state }) => state === 'open' && fetch(new URL(`demos/${use}/watch`, base), { method: 'POST' }));
    sluice.channel('numbers').on('message', ({ data }) => race.take(1, data));
    const stopHand = byHand(
        new URL('channels/numbers', base),
        ({ data }) => data !== undefined && race.take(0, data),
        (state) => hand.state(state),
    );
    const stopPair = use === 'quotes' ? pair(find('pair'), base, OPTIONS) : () => {};
    const close = () => {
        demo.close();
        sluice.close();
        stopHand();
        stopPair();
        tabs.close();
    };
    return { id, base, demo, close };
}

/** The client remembers the transport of each hub, but no page connects to this hub again. */
function forgetTransports(base) {
    const stages = `sluice ${new URL('..', base)}`;
    try {
        for (const key of Object.keys(localStorage)) if (key.startsWith(stages)) localStorage.removeItem(key);
    } catch {
        // Without storage there is nothing to remove.
    }
}

const TROUBLES = {
    cut: {
        path: () => 'cut',
        said: () => 'stage.is-cut',
    },
    slow: {
        path: (isOn) => (isOn ? 'slow' : 'fast'),
        said: (isOn) => (isOn ? 'stage.is-slow' : 'stage.is-fast'),
    },
    restart: {
        path: () => 'restart',
        said: () => 'stage.is-restarted',
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
        put(find('trouble-word'), tabs.toggle(isOn, stage.base, OPTIONS));
        return;
    }
    const { path, said } = TROUBLES[kind];
    clear(find('trouble-word'));
    const answer = await fetch(`../stage/trouble/${stage.id}/${path(isOn)}`, { method: 'POST' });
    put(find('trouble-word'), answer.ok ? said(isOn) : 'stage.ended');
}
