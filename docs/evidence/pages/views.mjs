// Opens every page of the hub and of the demos at 1440 and 390 px in both languages, and prints as a table how much it moves while it loads
// (the sum of all layout shifts of five seconds; of the demos, except lists that have the newest on top) and how large its first view is: the encoded bytes of the document and of
// the files that it names. Exits with 1 if one moves by more than 0.02 or has more than 60,000 bytes.
//     node --experimental-websocket docs/evidence/pages/views.mjs [PATTERN-OF-PATHS]
// Needs ./sluice to be built, and chromium on the path.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LANGUAGES, wait } from './camera.mjs';
import { Chromium } from './chromium.mjs';
import { hub, publish, read } from './hub.mjs';

const SHIFT_MAX = 0.02;
const BYTES_MAX = 60_000;
const SECONDS = 5;
const WIDTHS = [1440, 390];
const only = new RegExp(process.argv[2] ?? '');
const PATHS = ['/', '/channels', '/channels/orders/eu', '/channels/logs/app', '/channels/nobody/yet', '/channels/**', '/connections', '/settings', '/traces', '/doctor/', '/openapi', '/nothing'];
const DEMOS = ['', 'quotes/', 'wall/', 'news/', 'task/', 'logs/', 'board/', 'client/chat.html', 'client/live.html', 'client/ticker.html', 'typewriter/', 'clock/sse.html?alone', 'clock/ws.html?alone', 'ticker/page/?alone', 'hello/?alone', 'live/page/?alone', 'chat/?alone'];
const GUARDED = ['/login', '/', '/channels/orders/eu'];

const WATCH = `
    window.moved = [];
    const isStill = ({ node }) => !location.pathname.startsWith('/demos/') || (node && !(node.closest ? node : node.parentElement)?.closest('[role=log], #rows'));
    new PerformanceObserver((list) => moved.push(...list.getEntries().filter(({ sources }) => sources.some(isStill)).map(({ value, startTime, sources }) =>
        ({ value, at: Math.round(startTime), what: sources.map(({ node }) => node?.id || node?.className || node?.nodeName).join(' ') }))))
        .observe({ type: 'layout-shift', buffered: true });`;
const FIRST_VIEW = `(() => {
    const named = new Set([...document.querySelectorAll('link[href], script[src], img[src], use')]
        .filter((each) => each.rel !== 'apple-touch-icon')
        .map((each) => new URL(each.getAttribute('src') ?? each.getAttribute('href'), document.baseURI)).map(({ origin, pathname }) => origin + pathname));
    const files = performance.getEntriesByType('resource').filter(({ name }) => named.has(name.split('#')[0]));
    return performance.getEntriesByType('navigation')[0].encodedBodySize + [...new Map(files.map((each) => [each.name.split('#')[0], each.encodedBodySize])).values()].reduce((sum, each) => sum + each, 0);
})()`;

const chromium = await Chromium.start();
let isGood = true;
console.log(`| page | ${WIDTHS.flatMap((width) => Object.keys(LANGUAGES).map((language) => `${width} ${language}`)).join(' | ')} | first view |\n| --- | --- | --- | --- | --- | --- |`);

async function measure(url, path, about = '') {
    if (!only.test(path)) return;
    const cells = [];
    let bytes = 0;
    for (const width of WIDTHS) {
        for (const language of Object.values(LANGUAGES)) {
            const tab = await chromium.tab({ width, height: width === 390 ? 844 : 900, language });
            await tab.send('Network.setCacheDisabled', { cacheDisabled: true });
            await tab.send('Page.addScriptToEvaluateOnNewDocument', { source: WATCH });
            await tab.open(url + path);
            await wait(SECONDS);
            const moved = await tab.run('moved');
            const sum = moved.reduce((total, { value }) => total + value, 0);
            bytes = Math.max(bytes, await tab.run(FIRST_VIEW));
            cells.push(sum.toFixed(4));
            isGood &&= sum <= SHIFT_MAX;
            if (sum > SHIFT_MAX) console.error(path, width, language, moved);
            await tab.close();
        }
    }
    isGood &&= bytes <= BYTES_MAX;
    console.log(`| \`${path}\`${about} | ${cells.join(' | ')} | ${bytes.toLocaleString('en')} B |`);
}

const busy = await hub();
const stops = new AbortController();
publish(busy.url, 50, stops.signal);
read(busy.url, stops.signal);
await wait(10);
for (const path of [...PATHS, ...DEMOS.map((each) => `/demos/${each}`)]) await measure(busy.url, path);
stops.abort();
await busy.stop();

const rules = join(mkdtempSync(join(tmpdir(), 'sluice-views-')), 'sluice.toml');
writeFileSync(rules, 'key = [{ kid = "backend", hash = "sha256:5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5", publish = ["**"] }]\n');
const guarded = await hub('--config', rules);
for (const path of GUARDED) await measure(guarded.url, path, ', not logged in');
await guarded.stop();
await chromium.close();
process.exit(isGood ? 0 : 1); // The reader that does not read keeps its connection.
