// Takes pictures of the pages of the lab and the doctor on all screens: a race, its charts after two cuts, its bars for
// who wants no motion, the links of the demos to it, a measurement, seven streams over HTTP/2
// with a certificate that the browser trusts, clients that are unplugged, and the doctor on a good way, behind nginx by default, and without leave.
//     node --experimental-websocket docs/evidence/pages/lab-screens.mjs FOLDER [PATTERN-OF-NAMES]
// Needs ./sluice to be built, chromium and nginx on the path, and a font with Chinese characters (fonts-noto-cjk).
import { spawn } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { camera, wait } from './camera.mjs';
import { hub } from './hub.mjs';

const [, , folder = 'target/screens', only = ''] = process.argv;
const home = mkdtempSync(join(tmpdir(), 'sluice-lab-screens-'));
process.env.XDG_CACHE_HOME = home; // Where a hub in memory has its certificate.

const free = () =>
    new Promise((found) => {
        const server = createServer().listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => found(port));
        });
    });

/** nginx with its defaults in front of a hub. */
async function nginx(url) {
    const port = await free();
    const file = join(home, 'nginx.conf');
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((each) => `${each}_temp_path ${home};`).join(' ');
    writeFileSync(file, `daemon off; pid ${home}/nginx.pid; error_log stderr crit; events {} http { access_log off; ${temporary} server { listen 127.0.0.1:${port}; location / { proxy_pass ${url}; proxy_set_header Host $http_host; } } }`);
    const child = spawn('nginx', ['-c', file], { stdio: 'inherit' });
    return { url: `http://127.0.0.1:${port}`, stop: () => child.kill() };
}

/** Has the hub make the certificate of its lab, and returns the flag with which Chromium trusts its key. */
async function trust(url) {
    const visit = new AbortController();
    const answer = await fetch(`${url}/lab/open`, { headers: { Accept: 'text/event-stream' }, signal: visit.signal });
    await answer.body.getReader().read();
    visit.abort();
    const pem = readdirSync(home, { recursive: true }).find((each) => each.endsWith('hub.pem'));
    const key = new X509Certificate(readFileSync(join(home, pem))).publicKey.export({ type: 'spki', format: 'der' });
    return `--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`;
}

const own = await hub();
const { take, close } = await camera(folder, only, [await trust(own.url)]);

/** Clicks on what starts the lab, and again while that of the picture before is still ending. */
async function begin(tab, selector) {
    do {
        await tab.run(`document.querySelector('${selector}').click()`);
        await wait(2);
    } while (!(await tab.run("document.getElementById('start').disabled")));
}

const isSaid = (words) => `${JSON.stringify(words)}.includes(document.getElementById('said').textContent)`;

await take('lab', `${own.url}/lab/`, "document.querySelector('h1')");
await take('lab-race', `${own.url}/lab/?mode=race&rate=20&clients=3`, "document.querySelector('h1')", async (tab) => {
    await begin(tab, '#start');
    await tab.until("[...document.querySelectorAll('.lab-lane .figures')].filter((each) => /\\d ms/.test(each.textContent)).length === 7");
    await wait(4);
});
await take('lab-charts', `${own.url}/lab/?mode=race&rate=20&clients=3&direction=both`, "document.querySelector('h1')", async (tab) => {
    await begin(tab, '#start');
    await tab.until("[...document.querySelectorAll('.lab-lane .figures')].filter((each) => /\\d ms/.test(each.textContent)).length === 7");
    await wait(4);
    for (const lane of ['sse', 'websocket']) await tab.run(`document.querySelector('#lane-${lane} [data-kind=cut]').click()`);
    await tab.run("document.getElementById('charts').closest('section').scrollIntoView()");
    await tab.until("['sse', 'websocket'].every((lane) => document.querySelector(`#moment-values [data-lane=${lane}]`).cells[11].textContent !== '–')");
    await wait(2);
});
await take('lab-bars', `${own.url}/lab/?mode=race&rate=20&clients=3`, "document.querySelector('h1')", async (tab) => {
    const scheme = await tab.run("matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'");
    await tab.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-reduced-motion', value: 'reduce' }, { name: 'prefers-color-scheme', value: scheme }] });
    await begin(tab, '#start');
    await tab.until("[...document.querySelectorAll('.lab-lane .figures')].filter((each) => /\\d ms/.test(each.textContent)).length === 7");
    await wait(4);
});
for (const demo of ['typewriter/', 'client/chat.html', 'client/ticker.html']) {
    const name = demo.match(/\w+(?=\/$|\.)/)[0];
    await take(`lab-link-${name}`, `${own.url}/demos/${demo}`, "document.querySelector('a[data-lab][href]') !== null");
}
await take('lab-measured', `${own.url}/lab/?mode=measure&rate=20&clients=2&seconds=1&cut=0`, "document.querySelector('h1')", async (tab) => {
    await begin(tab, '#start');
    await tab.until(isSaid(['Measured.', '测量完成。']), 300); // Seven lanes, one after the other.
    await tab.run("document.getElementById('results').closest('section').scrollIntoView()");
});
await take('lab-seventh', `${own.url}/lab/`, "document.querySelector('h1')", async (tab) => {
    await begin(tab, '[data-demo=connections]');
    await tab.until(isSaid(['Shown.', '演示完成。']));
    await tab.run("document.getElementById('here-connections').scrollIntoView({ block: 'center' })");
    console.log(await tab.run("document.getElementById('here-connections').textContent"));
});
await take('lab-dead', `${own.url}/lab/`, "document.querySelector('h1')", async (tab) => {
    await begin(tab, '[data-demo=dead]');
    await tab.until(isSaid(['Shown.', '演示完成。']));
    await tab.run("document.getElementById('here-dead').scrollIntoView({ block: 'center' })");
    console.log(await tab.run("document.getElementById('here-dead').textContent"));
});

const isOver = "['well', 'ill'].includes(document.getElementById('outcome').dataset.kind) && !document.getElementById('start').disabled";
await take('doctor', `${own.url}/doctor/#for=1`, isOver);
await own.stop();
const behind = await hub('--behind-proxy', '--doctor');
const proxy = await nginx(behind.url);
await take('doctor-findings', `${proxy.url}/doctor/#for=1`, isOver);
proxy.stop();
await behind.stop();
const closed = await hub('--set', 'doctor=false');
await take('doctor-off', `${closed.url}/doctor/`, isOver);
await closed.stop();
await close();
