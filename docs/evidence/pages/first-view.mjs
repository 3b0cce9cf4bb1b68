// Opens the wall of Sense with ten thousand checks, in three browsers one after the other, and prints when what was there: in ms since
// the navigation began. Each browser is new, and has no file of the page at its first view; at the very first, nor has the hub.
//     node --experimental-websocket docs/evidence/pages/first-view.mjs [CHECKS [SECONDS-BEFORE]]
// Needs ./sluice to be built, and chromium on the path.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wait } from './camera.mjs';
import { Chromium } from './chromium.mjs';

const [, , checks = '10000', seconds = '30'] = process.argv;
const BROWSERS = 3;
const VIEWS = 4; // In each.
const sluice = process.env.SLUICE ?? fileURLToPath(new URL('../../../sluice', import.meta.url));

const target = http.createServer((_, response) => response.end('well'));
await once(target.listen(0, '127.0.0.1'), 'listening');
const url = `http://127.0.0.1:${target.address().port}/`;
const file = join(mkdtempSync(join(tmpdir(), 'sense-first-view-')), 'sense.toml');
writeFileSync(file, Array.from({ length: Number(checks) }, (_, i) => `[[check]]\nname = "c${i}"\ntype = "http"\ninterval = "10s"\nurl = "${url}"\n`).join('\n'));
const sense = spawn(sluice, ['sense', '--port', '0', '--memory', '--config', file], { stdio: ['ignore', 'pipe', 'inherit'] });
let said = '';
sense.stdout.setEncoding('utf8').on('data', (text) => (said += text));
while (!/http:\/\/\S+\d/.test(said)) await once(sense.stdout, 'data');
const wall = `${said.match(/http:\/\/\S+:\d+/)[0]}/sense/`;
const isUp = async () => (await (await fetch(`${wall}api/checks/c${checks - 1}`)).json()).state === 'up';
while (!(await isUp())) await wait(1);
await wait(Number(seconds));

// The first tile, and all of them in the headline.
const WATCH = `
    window.seen = {};
    new MutationObserver(() => {
        if (document.querySelector('.sense-tile .sense-word')) seen.tile ??= Math.round(performance.now());
        if (/[1-9]/.test(document.getElementById('headline')?.textContent)) seen.headline ??= Math.round(performance.now());
        if (document.getElementById('headline')?.textContent.includes(${Number(checks)}..toLocaleString('en'))) seen.whole ??= Math.round(performance.now());
    }).observe(document, { subtree: true, childList: true, characterData: true });`;
const FIGURES = `(() => {
    const [page] = performance.getEntriesByType('navigation');
    const files = performance.getEntriesByType('resource').filter(({ initiatorType }) => initiatorType !== 'fetch');
    const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
    return { html: page.responseEnd, files: Math.max(...files.map(({ responseEnd }) => responseEnd)), paint, ...seen };
})()`;
async function view(chromium, about) {
    const tab = await chromium.tab({ width: 1440, height: 900 });
    await tab.send('Page.addScriptToEvaluateOnNewDocument', { source: WATCH });
    await tab.open(wall);
    await tab.until('window.seen?.whole');
    await wait(1);
    const figures = await tab.run(FIGURES);
    console.log(about, Object.entries(figures).map(([name, ms]) => `${name} ${String(Math.round(ms)).padStart(5)}`).join('   '));
    await tab.close();
    await wait(1);
}
for (let i = 1; i <= BROWSERS; i++) {
    const chromium = await Chromium.start();
    await wait(2);
    for (let k = 1; k <= VIEWS; k++) await view(chromium, `browser ${i}, view ${k}:`);
    await chromium.close();
}
sense.kill();
process.exit(0); // The target keeps its connections.
