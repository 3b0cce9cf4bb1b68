// Checks whether the results meet the targets.
import { median } from './median.mjs';
import { knownStack } from './answer-stacks.mjs';
import { holds } from './answers.mjs';
import { known } from './servers.mjs';

const isPeer = (id) => Boolean(knownStack(id) && !knownStack(id).isOurs) || Boolean(known(id) && !known(id).isOurs && !known(id).isFloor);
const ours = (found, test = () => true) => found.find((each) => each.server === 'sluice' && !each.failed && test(each.load));
const inMemory = (found) => other(found, 'sluice-memory');
const other = (found, id) => found.find((each) => each.server === id && !each.failed);
const clean = (each) => each && !['lost', 'repeated', 'outOfOrder', 'damaged', 'broken', 'refused', 'unended', 'notReloaded'].some((name) => each[name]);
const millions = (value) => `${(value / 1e6).toFixed(2)} M/s`;
const us = (value) => (value === undefined ? '–' : `${value.toFixed(value < 1 ? 3 : 2)} µs`);
const times = (value) => (Number.isFinite(value) ? `${value.toFixed(2)} ×` : '–');
const unless = (value) => (value === undefined ? NaN : value);

/**
 * How many times another's figure ours is: the median of the ratios of each round. Servers of a round ran next to each
 * other; a machine that is busier for some minutes would be in one of two medians only.
 */
export function ratioOf(mine, another, figure) {
    const ratios = mine?.rounds.map((each) => each[figure] / unless(another?.rounds.find(({ round }) => round === each.round)?.[figure]));
    return unless(median(ratios ?? []));
}

/** The best peer by a figure: the lowest or the highest. */
function best(found, figure, isMost) {
    const list = found.filter((each) => isPeer(each.server) && !each.failed && Number.isFinite(each[figure]));
    list.sort((a, b) => (isMost ? b[figure] - a[figure] : a[figure] - b[figure]));
    return list[0];
}

function besidePeer(found, mine, figure, isMost) {
    const peer = best(found, figure, isMost);
    return peer ? `${times(ratioOf(mine, peer, figure))} ${peer.server}` : '–';
}

/** The worst ratio of CPU per delivery between a load and its baseline. */
function worst(pairs) {
    const ratios = pairs.filter(([a, b]) => a && b).map(([a, b]) => [a.serverCpuUs / b.serverCpuUs, a]);
    ratios.sort((a, b) => b[0] - a[0]);
    return ratios[0] ?? [NaN, undefined];
}

function withinOf(found, limit, kind, isBaseline) {
    const mine = found.filter((each) => each.server === 'sluice');
    const pairs = mine
        .filter((each) => !isBaseline(each.load))
        .map((each) => [each, mine.find((base) => isBaseline(base.load) && kind(base.load) === kind(each.load))]);
    const [ratio, where] = worst(pairs);
    return {
        figure: `at most ${times(ratio)}${where ? ` (${Object.values(where.load).join(', ')})` : ''}`,
        isMet: ratio <= limit && mine.every(clean),
    };
}

/** CPU per delivery over TLS and over HTTP/2, beside that of plain HTTP/1.1. */
function overTls(found, limit) {
    const [plain, ...encrypted] = [(load) => !load.tls, (load) => load.tls && !load.streams, (load) => load.streams].map((test) => ours(found, test));
    const ratios = encrypted.map((each) => unless(each?.serverCpuUs) / plain.serverCpuUs);
    const mine = encrypted[0];
    return {
        figure: `${us(plain.serverCpuUs)}; ${times(ratios[0])} over TLS, ${times(ratios[1])} over HTTP/2`,
        ratio: besidePeer(found, mine, 'serverCpuUs'),
        isMet: limit === undefined ? undefined : ratios.every((ratio) => ratio <= limit) && [plain, ...encrypted].every(clean),
    };
}

const judges = {
    rate100(found) {
        const mine = ours(found);
        const [floor, nchan] = ['floor', 'nchan'].map((id) => ratioOf(mine, other(found, id), 'serverCpuUs'));
        return {
            figure: `${us(mine.serverCpuUs)}: ${times(floor)} floor, ${times(nchan)} nchan`,
            ratio: besidePeer(found, mine, 'serverCpuUs'),
            isMet: floor <= 1.15 && nchan <= 0.75 && clean(mine),
        };
    },
    rate1000(found) {
        const mine = ours(found);
        const isAll = mine.published >= 0.99 * mine.rate * mine.seconds;
        return {
            figure: `${us(mine.serverCpuUs)}, p99 ${mine.p99?.toFixed(1)} ms${isAll ? '' : ', not all published'}`,
            ratio: besidePeer(found, mine, 'serverCpuUs'),
            isMet: isAll && mine.serverCpuUs <= 0.75 && mine.p99 <= 25 && clean(mine),
        };
    },
    saturated32(found) {
        const mine = ours(found);
        const peer = best(found, 'deliveriesPerSecond', true);
        return {
            figure: millions(mine.deliveriesPerSecond),
            ratio: besidePeer(found, mine, 'deliveriesPerSecond', true),
            isMet: mine.deliveriesPerSecond >= 3.5e6 && ratioOf(mine, peer, 'deliveriesPerSecond') >= 8 && clean(mine),
        };
    },
    saturated256(found) {
        const mine = ours(found);
        return {
            figure: millions(mine.deliveriesPerSecond),
            ratio: besidePeer(found, mine, 'deliveriesPerSecond', true),
            isMet: mine.deliveriesPerSecond >= 12e6 && clean(mine),
        };
    },
    transports: (found) => withinOf(found, 1.3, (load) => load.rate ?? 'most', (load) => load.as === 'sse'),
    readers: (found) => withinOf(found, 1.3, (load) => (load.inFlight ? 'most' : 'rate'), (load) => load.connections === 1000),
    selections(found) {
        const [ratio] = worst([
            [ours(found, (load) => load.subsets && load.rate), ours(found, (load) => !load.subsets && load.rate)],
        ]);
        const most = ours(found, (load) => load.subsets && load.inFlight);
        return {
            figure: `${times(ratio)}, saturated ${us(most?.serverCpuUs)}`,
            isMet: ratio <= 1.3 && most?.serverCpuUs <= 0.3 && clean(most),
        };
    },
    channels(found) {
        const mine = ours(found);
        const [durable, memory] = [mine, inMemory(found)].map((each) => ratioOf(each, other(found, 'nchan'), 'serverCpuUs'));
        return {
            figure: `${us(mine.serverCpuUs)}: ${times(durable)} nchan, with --memory ${times(memory)}, p99 ${mine.p99?.toFixed(2)} ms`,
            ratio: besidePeer(found, mine, 'serverCpuUs'),
            isMet: durable <= 2 && memory <= 1.2 && mine.p99 <= 1 && clean(mine),
        };
    },
    channels64(found) {
        const mine = ours(found);
        const beside = (each, id) => ratioOf(each, other(found, id), 'deliveriesPerSecond');
        const [durable, memory, ws] = [beside(mine, 'nchan'), beside(inMemory(found), 'nchan'), beside(inMemory(found), 'ws')];
        return {
            figure: `${Math.round(mine.deliveriesPerSecond).toLocaleString('en-US')}/s at ${us(mine.serverCpuUs)}: ${times(durable)} nchan; with --memory ${times(memory)} nchan, ${times(ws)} ws`,
            ratio: besidePeer(found, mine, 'deliveriesPerSecond', true),
            isMet: durable >= 0.75 && memory >= 1 && ws >= 1.15 && clean(mine),
        };
    },
    single(found) {
        const mine = ours(found);
        const floor = ratioOf(mine, other(found, 'floor'), 'p50');
        return {
            figure: `p50 ${mine.p50?.toFixed(2)} ms: ${times(floor)} floor, p99 ${mine.p99?.toFixed(2)} ms`,
            ratio: besidePeer(found, mine, 'p50'),
            isMet: floor <= 2 && mine.p99 <= 1.5,
        };
    },
    pauses(found) {
        const [serial, other] = ['serial', 'Shenandoah'].map((collector) => ours(found, (load) => load.collector === collector));
        const meets = (each) => each.longestPauseMs > 0 && each.longestPauseMs <= 5 && each.longestFullMs <= 20 && clean(each);
        return {
            figure: `${serial.longestPauseMs.toFixed(1)} ms, ${serial.longestFullMs.toFixed(1)} ms for the old generation; ${other.longestPauseMs.toFixed(1)} ms with Shenandoah, at ${times(other.serverCpuUs / serial.serverCpuUs)} the CPU and ${times(other.rssBytes / serial.rssBytes)} the memory`,
            isMet: meets(serial) || meets(other),
        };
    },
    memory(found) {
        const [one, own, ws] = ['one channel', 'a channel each', 'WebSocket'].map((way) => ours(found, (load) => load.way === way));
        const heap = (each) => unless(each?.heapPerConnection) / 1000;
        const most = Math.max(...[one, own, ws].map((each) => unless(each?.rssPerConnection))) / 1000;
        const peer = best(found, 'rssPerConnection');
        return {
            figure: `heap ${heap(one).toFixed(2)}, ${heap(own).toFixed(2)}, ${heap(ws).toFixed(2)} kB; RSS ≤ ${most.toFixed(2)} kB`,
            ratio: peer ? `${times(unless(one?.rssPerConnection) / peer.rssPerConnection)} ${peer.server}` : '–',
            isMet: heap(one) <= 1.3 && heap(own) <= 1.8 && heap(ws) - heap(one) <= 0.4 && most <= 3,
        };
    },
    tls100: (found) => overTls(found, 1.6),
    tls1000: (found) => overTls(found),
    tlsSaturated(found) {
        const { figure, isMet } = overTls(found, 3);
        const peer = best(found, 'deliveriesPerSecond', true);
        const mine = ours(found, (load) => load.tls && !load.streams);
        return {
            figure: `${millions(mine.deliveriesPerSecond)}; ${figure}`,
            ratio: besidePeer(found, mine, 'deliveriesPerSecond', true),
            isMet: isMet && ratioOf(mine, peer, 'deliveriesPerSecond') >= 4,
        };
    },
    tlsMemory(found) {
        const figures = (each) => `heap ${(each.heapPerConnection / 1000).toFixed(2)}, RSS ${(each.rssPerConnection / 1000).toFixed(2)} kB`;
        const mine = found.filter((each) => each.server === 'sluice');
        const peer = best(found, 'rssPerConnection');
        return {
            figure: mine.map((each) => `${each.load.way} ${figures(each)}`).join('; '),
            ratio: peer ? `${times(mine[0].rssPerConnection / peer.rssPerConnection)} ${peer.server}` : '–',
            isMet: mine.every((each) => each.rssPerConnection <= 12_000),
        };
    },
    empty(found) {
        const [before, ...filled] = found;
        const list = (name) => filled.map((each) => (each[name] / 1e6).toFixed(0)).join(', ');
        const [oneLess, last] = filled.slice(-2).map((each) => each.collectedBytes);
        return {
            figure: `${(before.rssBytes / 1e6).toFixed(0)} MB; filled five times ${list('rssBytes')} MB, ${list('collectedBytes')} after a collection`,
            isMet: before.rssBytes <= 110e6 && last <= 1.1 * oneLess,
        };
    },
    publishWays(found) {
        const [post, webSocket, session] = ['post', 'websocket', 'session'].map((way) => unless(ours(found, (load) => load.way === way)?.publishedPerSecond));
        return {
            figure: `${Math.round(post).toLocaleString('en-US')}/s; by WebSocket ${times(webSocket / post)}, in sessions ${times(session / post)}`,
            isMet: webSocket >= post && session >= post,
        };
    },
    publish(found) {
        const each = ours(found, (load) => !load.batch);
        const batch = ours(found, (load) => load.batch);
        return {
            figure: [each, batch].map((one) => Math.round(one?.publishedPerSecond ?? 0).toLocaleString('en-US')).join('; '),
            isMet: each?.publishedPerSecond >= 50_000 && batch?.publishedPerSecond >= 250_000,
        };
    },
    restart(found) {
        const mine = ours(found);
        return {
            figure: `${mine.catchUpSeconds?.toFixed(1) ?? '–'} s${clean(mine) ? '' : `, ${mine.lost} lost, ${mine.repeated} twice`}`,
            isMet: mine.catchUpSeconds <= 5 && clean(mine),
        };
    },
    cuts(found) {
        const mine = ours(found);
        return { figure: `came back ${mine.resumed} times, ${mine.lost} lost, ${mine.repeated} twice`, isMet: clean(mine) };
    },
    stalled(found) {
        const [without, beside] = [ours(found, (load) => !load.stalled), ours(found, (load) => load.stalled)];
        const loss = 1 - beside.deliveriesPerSecond / without.deliveriesPerSecond;
        return { figure: `${(loss * 100).toFixed(1)} % less`, isMet: loss < 0.05 && clean(beside) };
    },
    growth: (found) => ({ figure: `${found.filter((each) => !each.failed && clean(each)).length} of ${found.length} loads: all came once, in order` }),
    answers(found) {
        const held = found.filter(holds);
        const most = (test) => Math.max(0, ...held.filter((each) => test(each.server)).map((each) => each.load.answers));
        const [mine, memory, peers] = [(id) => id === 'sluice', (id) => id === 'sluice-memory', isPeer].map(most);
        const common = held.filter((each) => each.load.answers === Math.min(mine, peers));
        const peer = best(common, 'serverCpuUs');
        const ratio = ratioOf(ours(common), peer, 'serverCpuUs');
        return {
            figure: `holds ${mine} answers, with --memory ${memory}, the peers ${peers}`,
            ratio: peer ? `CPU ${times(ratio)}, reload ${times(ratioOf(ours(common), peer, 'reloadP50'))} ${peer.server}, with ${peer.load.answers}` : '–',
            isMet: ratio <= 1 && mine >= peers && held.filter((each) => !isPeer(each.server)).every(clean),
        };
    },
    doors(found) {
        const ids = ['sluice-durable-streams', 'sluice-mercure', 'sluice-pusher'];
        const beside = (load, figure) => ids.map((id) => times(ratioOf(other(found.filter((each) => load(each.load)), id), ours(found, load), figure))).join(', ');
        const deliveries = beside((load) => load.inFlight && load.connections, 'deliveriesPerSecond');
        return { figure: `Durable Streams, Mercure, Pusher: deliveries ${deliveries} of SSE, publishes ${beside((load) => !load.connections, 'publishedPerSecond')} of POST` };
    },
    start(found) {
        return { figure: `${Math.round(found[0].startMs)} ms`, isMet: found[0].startMs <= 400 };
    },
};

/** Our figure, its ratio to the best peer, and whether the target is met. */
export function judge(id, found) {
    try {
        const { figure, ratio = '', isMet } = judges[id](found);
        return { figure, ratio, isMet };
    } catch {
        return { figure: found.find((each) => each.failed)?.failed ?? 'not measured', ratio: '', isMet: false };
    }
}
