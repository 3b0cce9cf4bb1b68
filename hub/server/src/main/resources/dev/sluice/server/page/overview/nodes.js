// The sums of all nodes of a cluster, in a line of the tiles, which themselves show the figures of this node.
import '../operator-words.js';
import { find } from '../dom.js';
import { totals } from '../nodes/model.js';
import { put, short } from '../words.js';

/** Follows the sums of all nodes. @param sluice the page's client */
export function followNodes(sluice) {
    sluice.channel('$stats/nodes', { snapshot: true })
        .on('*', ({ data }) => data?.nodes && draw(data))
        .on('error', () => {}); // Ignored, as for the tiles: a visitor without permission sees no figures.
}

function draw(answer) {
    const { delivered, connections, count, missing } = totals(answer);
    put(find('nodes-sums'), 'nodes.overview', { node: answer.self ?? '', n: count, delivered: short(delivered), connections: short(connections) });
    find('nodes-missing').hidden = missing.length === 0;
    put(find('nodes-missing'), 'nodes.without', { nodes: missing.join(', ') });
}
