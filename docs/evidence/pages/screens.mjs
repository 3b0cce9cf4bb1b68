// Takes pictures of the hub's pages: sizes, light and dark, both languages, and the states of a hub.
//     node --experimental-websocket docs/evidence/pages/screens.mjs FOLDER [PATTERN-OF-NAMES]
// Needs ./sluice to be built, and chromium on the path. Some are in docs/screens: those that the READMEs show.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { camera, LANGUAGES, SIZES, wait } from './camera.mjs';
import { hub, publish, read } from './hub.mjs';

const [, , folder = 'target/screens', only = ''] = process.argv;

const text = (url, path, data, headers = {}) => fetch(`${url}/channels/${path}`, { method: 'POST', headers: { 'Content-Type': 'text/plain', ...headers }, body: data });
const IS_OPEN = "document.getElementById('state').dataset.state === 'open'";

const { wants, picture, take, print, tab: open, close } = await camera(folder, only);
const empty = await hub();
await take('overview-empty', `${empty.url}/`, "!document.getElementById('empty').hidden");
await take('channel-empty', `${empty.url}/channels/news`, IS_OPEN);
await take('connections-empty', `${empty.url}/connections`, IS_OPEN);
await empty.stop();

const busy = await hub();
const stops = new AbortController();
publish(busy.url, 400, stops.signal);
read(busy.url, stops.signal);
for (let i = 0; i < 30; i++) await text(busy.url, 'jobs/nightly-backup', `step ${i} done`);
await fetch(`${busy.url}/channels/jobs/nightly-backup?close=true`, { method: 'POST' });
await wait(15);
await take('overview', `${busy.url}/`, `${IS_OPEN} && document.querySelectorAll('#rows tr').length > 6`, () => wait(5));
await take('overview-chart', `${busy.url}/#chart=connections`, `${IS_OPEN} && document.querySelector('#chart-canvas canvas')`, () => wait(3));
await take('channels', `${busy.url}/channels`, IS_OPEN);
await take('channel', `${busy.url}/channels/orders/eu`, IS_OPEN, () => wait(2));
await take('channel-chat', `${busy.url}/channels/chat/**`, IS_OPEN, () => wait(2));
await take('channel-ended', `${busy.url}/channels/jobs/nightly-backup`, "document.getElementById('state').dataset.state !== 'connecting'");
await take('connections', `${busy.url}/connections`, `${IS_OPEN} && document.querySelectorAll('tbody tr').length > 3 && document.querySelector('#chart-canvas canvas')`);
await take('connections-detail', `${busy.url}/connections`, `${IS_OPEN} && document.querySelectorAll('tbody tr').length > 3`, (tab) => tab.run("document.querySelector('#rows .open').click()"));
await take('settings', `${busy.url}/settings`, `${IS_OPEN} && document.querySelector('#cards .history')`);
await take('missing', `${busy.url}/chanels/news`, "document.querySelector('h1')");
await take('bad-name', `${busy.url}/channels/a//b`, "document.querySelector('h1')");

for (const [name, path] of [['overview', ''], ['channel', 'channels/orders/eu'], ['channel-ended', 'channels/jobs/nightly-backup'], ['connections', 'connections'], ['settings', 'settings']]) {
    await print(name, `${busy.url}/${path}`, "document.getElementById('state').dataset.state !== 'connecting'");
}

const IS_LIVE = "document.querySelector('.live')?.dataset.state === 'open'";
await take('demos', `${busy.url}/demos/`, "document.querySelector('h1')", () => wait(3));
for (const use of ['quotes', 'wall', 'news', 'task', 'logs', 'board']) {
    await take(`demo-${use}`, `${busy.url}/demos/${use}/`, IS_LIVE, () => wait(4));
}
await take('demo-typewriter', `${busy.url}/demos/typewriter/`, "document.querySelector('h1')", (tab) => tab.run("document.querySelector('#ask button').click()"));
for (const page of ['chat', 'live', 'ticker']) await take(`demo-client-${page}`, `${busy.url}/demos/client/${page}.html`, IS_LIVE, () => wait(2));
await take('nothing-of-a-program', `${busy.url}/demos/nothing`, "document.querySelector('h1')");

// A hub with keys, to a visitor without one, who may read some channels and nothing else.
const rules = join(mkdtempSync(join(tmpdir(), 'sluice-screens-')), 'sluice.toml');
writeFileSync(rules, [
    'key = [{ kid = "backend", hash = "sha256:5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5", publish = ["**"] }]',
    'grant = [{ to = "anyone", subscribe = ["news"] }]',
].join('\n'));
const guarded = await hub('--config', rules);
const HAS_TITLE = "document.querySelector('h1') !== null";
await take('login', `${guarded.url}/login`, HAS_TITLE);
await take('overview-refused', `${guarded.url}/`, HAS_TITLE, () => wait(2));
await take('connections-refused', `${guarded.url}/connections`, HAS_TITLE, () => wait(2));
await take('channel-refused', `${guarded.url}/channels/orders/eu`, HAS_TITLE, () => wait(2));
await guarded.stop();

// A page that is hidden closes its connections, so each of these has a hub to itself.
for (const [name, path] of [['overview-lost', '/'], ['channel-lost', '/channels/orders/eu'], ['connections-lost', '/connections']]) {
    const isTaken = (size, scheme, language) => wants(`${name}-${size}-${scheme}-${language}.png`);
    for (const [size, scheme, language] of [['1440', 'light', 'en'], ['390', 'dark', 'zh']].filter((each) => isTaken(...each))) {
        const lost = await hub();
        const ending = new AbortController();
        publish(lost.url, 50, ending.signal);
        const [width, height] = SIZES[size];
        const tab = await open({ width, height, scheme, language: LANGUAGES[language] });
        await tab.open(lost.url + path);
        await tab.until(IS_OPEN);
        await wait(8);
        ending.abort();
        await lost.stop();
        await wait(4);
        await picture(tab, `${name}-${size}-${scheme}-${language}.png`);
    }
}
stops.abort();
await busy.stop();
await close();
process.exit(0); // The reader that does not read keeps its connection.
