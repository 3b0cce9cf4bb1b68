// Records a minute of the overview under 2,000 events a second, as docs/overview.webm.
//     node --experimental-websocket docs/evidence/pages/record.mjs [FILE]
// Needs ./sluice to be built, and chromium and ffmpeg (Debian's packages) on the path.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Chromium } from './chromium.mjs';
import { hub, publish, read } from './hub.mjs';

const EVENTS_PER_SECOND = 2000;
const SECONDS = Number(process.env.SECONDS ?? 60);
const TARGET = process.argv[2] ?? fileURLToPath(new URL('../../overview.webm', import.meta.url));
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const frames = [];
const folder = mkdtempSync(join(tmpdir(), 'sluice-record-'));
const stops = new AbortController();
const { url, stop } = await hub();
const traffic = publish(url, EVENTS_PER_SECOND, stops.signal);
read(url, stops.signal);
await wait(20); // So that the history has begun before the page is opened.

const chromium = await Chromium.start();
const tab = await chromium.tab({ width: 1440, height: 900, scheme: 'dark' });
await tab.open(`${url}/`);
await tab.until("document.getElementById('state').dataset.state === 'open'");
let isRecording = true;
tab.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    if (!isRecording) return;
    const file = join(folder, `${frames.length}.jpg`);
    writeFileSync(file, Buffer.from(data, 'base64'));
    frames.push({ file, at: metadata.timestamp });
    tab.send('Page.screencastFrameAck', { sessionId });
});
await tab.send('Page.startScreencast', { format: 'jpeg', quality: 90, everyNthFrame: 1 });

const begin = performance.now();
const before = traffic.sent;
const published = () => traffic.sent - before;
const until = async (part) => wait(Math.max(0, SECONDS * part - (performance.now() - begin) / 1000));
const box = (selector) => tab.run(`(({ left, top, width, height }) => ({ left, top, width, height }))(document.querySelector("${selector}").getBoundingClientRect())`);
const move = (x, y) => tab.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y });

async function click(selector) {
    const { left, top, width, height } = await box(selector);
    const place = { x: left + width / 2, y: top + height / 2, button: 'left', clickCount: 1 };
    await move(place.x, place.y);
    await tab.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...place });
    await tab.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...place });
}

/** Moves the pointer over a chart, whose crosshair all charts follow. */
async function sweep(selector) {
    const { left, top, width, height } = await box(selector);
    for (let i = 0; i <= 30; i++) {
        await move(left + width * (0.99 - i / 45), top + height / 2);
        await wait(0.1);
    }
    await move(5, 5);
}

await until(1 / 6);
await sweep('.tile:nth-child(2) .chart');
await until(2 / 6);
await click('[data-chart=delay]');
await until(2.3 / 6);
await tab.until("document.querySelector('#chart-canvas .u-over') !== null");
await sweep('#chart-canvas .u-over');
await until(3 / 6);
await click('[data-chart=connections]');
await until(3.5 / 6);
await click('#chart-close');
await until(4 / 6);
await click('#filter');
for (const text of 'quotes') await tab.send('Input.insertText', { text }).then(() => wait(0.15));
await until(4.7 / 6);
await tab.run("document.getElementById('filter').value = ''; document.getElementById('filter').dispatchEvent(new Event('input'))");
await move(5, 5);
await until(1);
await tab.send('Page.stopScreencast');
isRecording = false;
const perSecond = Math.round(published() / SECONDS);
stops.abort();

const list = join(folder, 'frames.txt');
const lines = frames.map(({ file, at }, i) => `file '${file}'\nduration ${((frames[i + 1]?.at ?? at + 0.5) - at).toFixed(3)}`);
writeFileSync(list, lines.join('\n'));
const codec = ['-c:v', 'libvpx-vp9', '-crf', '38', '-b:v', '0', '-r', '10', '-row-mt', '1', '-cpu-used', '4', '-pix_fmt', 'yuv420p', '-an'];
execFileSync('ffmpeg', ['-y', '-loglevel', 'error', '-f', 'concat', '-safe', '0', '-i', list, ...codec, TARGET]);
console.log(`${frames.length} frames in ${SECONDS} s, ${statSync(TARGET).size} bytes, ${perSecond} events/s published`);
rmSync(folder, { recursive: true });
await chromium.close();
await stop();
process.exit(0); // The reader that does not read keeps its connection.
