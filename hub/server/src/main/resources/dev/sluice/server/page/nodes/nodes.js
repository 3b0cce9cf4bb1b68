// The page of the nodes of a cluster, as the node that serves it sees them.
import '../operator-words.js';
import { follow } from '../client-state.js';
import { find } from '../dom.js';
import { StateLine, frame } from '../frame.js';
import { HUB } from '../hub.js';
import { whileSeen } from '../sight.js';
import { statistics } from '../stats/live.js';
import { bytes, number, put, set, short, words } from '../words.js';
import { Nodes } from './model.js';
import { drawRows } from './table.js';

frame();

const line = new StateLine();
const nodes = new Nodes();
let isPaused = false;
let sluice = null;

function connect() {
    if (sluice !== null) return;
    sluice = follow(statistics(), line);
    sluice.channel('$stats/nodes', { snapshot: true })
        .on('*', ({ data }) => {
            if (!data?.nodes) return;
            nodes.take(data);
            draw();
        })
        .on('error', () => {}); // The state line shows the reason.
}

function rest() {
    sluice?.close();
    sluice = null;
}

function draw() {
    if (isPaused || nodes.isEmpty) return;
    const { published, delivered, deliveredBytes, connections, readers, answering, count, missing } = nodes.totals();
    set(find('total-published'), short(published));
    set(find('total-delivered'), short(delivered));
    set(find('total-connections'), short(connections));
    set(find('total-answering'), words('nodes.of', { n: number(answering), all: number(count) }));
    put(find('more-delivered'), 'nodes.sum.bytes', { bytes: bytes(deliveredBytes) });
    put(find('more-connections'), 'nodes.readers', { n: number(readers) });
    find('answering').toggleAttribute('data-missing', missing.length > 0);
    if (missing.length > 0) put(find('more-answering'), 'nodes.without', { nodes: missing.join(', ') });
    else put(find('more-answering'), 'nodes.all');
    put(find('count'), 'nodes.seen-by', { node: nodes.self ?? '' });
    find('none').hidden = true;
    drawRows(nodes.rows());
}

find('pause').addEventListener('click', () => {
    isPaused = !isPaused;
    find('pause').ariaPressed = String(isPaused);
    put(find('pause-word'), isPaused ? 'pause.go-on' : 'pause');
    draw();
});
whileSeen(rest, connect);
document.addEventListener('languagechange', draw);
setInterval(() => {
    if (document.hidden || !line.isOpen) return;
    nodes.tick(Date.now());
    draw();
}, 1000);
connect();
