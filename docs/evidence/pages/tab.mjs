// How much of a core the tab of a channel takes while 2,000 events a second come on it: processor time of the whole renderer
// process, by Chromium's own counters, and that of its main thread.
//     node --experimental-websocket docs/evidence/pages/tab.mjs [SECONDS [EVENTS-PER-SECOND]]
// Needs ./sluice to be built, and chromium on the path. Exits with 1 above 0.15 of a core.
import { wait } from './camera.mjs';
import { Chromium } from './chromium.mjs';
import { hub } from './hub.mjs';

const [, , seconds = '20', perSecond = '2000'] = process.argv;
const CORES_MAX = 0.15;
const EVERY_MS = 50;

const busy = await hub();
const begin = performance.now();
let sent = 0;
const timer = setInterval(async () => {
    const due = Math.floor(((performance.now() - begin) / 1000) * Number(perSecond)) - sent;
    const lines = Array.from({ length: due }, (_, i) => JSON.stringify({ channel: 'orders/eu', type: (sent + i) % 3 ? 'order.paid' : 'order.placed', key: `A-${(sent + i) % 997}`, data: { order: sent + i, customer: `c-${i % 97}`, total: (i % 400) + 0.5, paid: i % 5 > 0 } })).join('\n');
    sent += due;
    await fetch(`${busy.url}/channels`, { method: 'POST', headers: { 'Content-Type': 'application/x-ndjson' }, body: lines }).then((answer) => answer.text());
}, EVERY_MS);
await wait(3);

const chromium = await Chromium.start();
let isGood = true;
for (const path of ['/channels/orders/eu', '/channels/**', '/', '/connections']) {
    const tab = await chromium.tab({ width: 1440, height: 900 });
    await tab.open(busy.url + path);
    await tab.send('Performance.enable', { timeDomain: 'threadTicks' });
    const main = async () => (await tab.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value;
    // The renderer that works is the one of this tab: the others have nothing open.
    const renderers = async () => (await chromium.processes()).filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0);
    await wait(6);
    const [mainBefore, before, at] = [await main(), await renderers(), performance.now()];
    await wait(Number(seconds));
    const passed = (performance.now() - at) / 1000;
    const cores = ((await renderers()) - before) / passed;
    const mainCores = ((await main()) - mainBefore) / passed;
    isGood &&= cores <= CORES_MAX;
    console.log(`${path.padEnd(22)} ${cores.toFixed(3)} of a core, its main thread ${mainCores.toFixed(3)}; ${Math.round(sent / ((performance.now() - begin) / 1000))} events/s published`);
    await tab.close();
}
clearInterval(timer);
await chromium.close();
await busy.stop();
process.exit(isGood ? 0 : 1);
