// Takes pictures of Sense's pages, on all screens, with checks that pass, are slow, fail and depend on one that is down.
//     node --experimental-websocket docs/evidence/pages/sense-screens.mjs FOLDER [PATTERN-OF-NAMES]
// Needs ./sluice to be built, and chromium on the path.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { camera, SIZES, wait, WALLS } from './camera.mjs';

const [, , folder = 'target/screens', only = ''] = process.argv;
const sluice = process.env.SLUICE ?? fileURLToPath(new URL('../../../sluice', import.meta.url));

// The application whose pages are watched, and the service that takes the alerts.
let isDown = false;
const target = http.createServer((request, response) => {
    const ms = request.url.startsWith('/slow') ? 400 + Math.random() * 300 : Math.random() ** 3 * 120;
    const status = request.url === '/down' || (isDown && request.url.startsWith('/shop')) ? 503 : 200;
    setTimeout(() => response.writeHead(status).end('all well'), ms);
});
await once(target.listen(0, '127.0.0.1'), 'listening');
const base = `http://127.0.0.1:${target.address().port}`;

const check = (name, title, group, keys) => ['[[check]]', `name = "${name}"`, `title = "${title}"`, `group = "${group}"`, 'interval = "1s"', 'retry = "1s"', 'failures = 2', ...keys].join('\n');
const web = (name, title, group, path, more = []) => check(name, title, group, ['type = "http"', `url = "${base}${path}"`, ...more]);
const edge = (_, i) => web(`edge-${i + 1}`, `Edge ${i + 1}`, 'Edge', `/edge/${i}`);

/** A file with these definitions. */
function written(definitions) {
    const file = join(mkdtempSync(join(tmpdir(), 'sense-screens-')), 'sense.toml');
    writeFileSync(file, definitions.join('\n\n'));
    return file;
}
const file = written([
    `[[notifier]]\nname = "ops"\ntype = "webhook"\nurl = "${base}/hook"\nsecret = "s3cret"`,
    web('shop', 'The shop', 'Shop', '/shop', ['depends_on = ["db-1"]', 'slow = "300ms"', 'expect_text = "well"']),
    web('checkout', '结账服务', 'Shop', '/shop/checkout', ['depends_on = ["db-1"]']),
    web('search', 'Search', 'Shop', '/slow', ['slow = "300ms"']),
    web('db-1', 'db-1', 'Databases', '/shop/db', ['expect_latency = "2s"']),
    check('db-2', 'db-2', 'Databases', ['type = "tcp"', 'host = "127.0.0.1"', `port = ${target.address().port}`]),
    check('backup', 'Nightly backup', 'Jobs', ['type = "heartbeat"', 'period = "1d"', 'paused = true']),
    ...Array.from({ length: 18 }, edge),
]);

async function sense(...options) {
    const child = spawn(sluice, ['sense', '--port', '0', '--memory', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
    while (!/http:\/\/\S+\d/.test(said)) await once(child.stdout, 'data');
    const stop = () => {
        child.kill();
        return child.exitCode === null && once(child, 'exit');
    };
    return { url: said.match(/http:\/\/\S+:\d+/)[0], stop };
}

const { take, wants, close } = await camera(folder, only);
const HAS_HEADLINE = "document.getElementById('headline')?.textContent.length > 3";
const empty = await sense();
await take('sense-empty', `${empty.url}/sense/`, "!document.getElementById('empty').hidden");
await take('sense-new', `${empty.url}/sense/new`, "document.getElementById('field-name') !== null");
await empty.stop();

const busy = await sense('--config', file);
const agent = spawn(sluice, ['sense', 'agent', '--to', busy.url, '--name', 'db-3'], { stdio: 'ignore' });
const ask = (path, method, body) => fetch(`${busy.url}/sense/api/${path}`, { method, body: body && JSON.stringify(body) }).then((answer) => answer.json());
await wait(wants('sense-well-1440-light-en.png') ? 100 : 10); // Strips are full then.
await take('sense-well', `${busy.url}/sense/`, HAS_HEADLINE, () => wait(2));
const day = 86_400_000;
await ask('maintenance', 'POST', { checks: ['edge-18'], begins: new Date(Date.now() - 60_000).toISOString(), ends: new Date(Date.now() + day).toISOString(), reason: 'New network cards' });
isDown = true;
await wait(8);
const { incidents } = await ask('incidents?limit=1', 'GET');
await ask(`incidents/${incidents[0].id}/acknowledge`, 'POST', { by: 'Ming' });
await ask(`incidents/${incidents[0].id}/comments`, 'POST', { author: 'Ming', text: 'The disk of the database is full. 正在清理。' });
await take('sense-down', `${busy.url}/sense/`, HAS_HEADLINE, () => wait(2));
await take('sense-wall', `${busy.url}/sense/wall`, HAS_HEADLINE, () => wait(2), { ...SIZES, ...WALLS });
await take('sense-check', `${busy.url}/sense/checks/db-1`, HAS_HEADLINE, () => wait(2));
await take('sense-server', `${busy.url}/sense/servers/db-3`, HAS_HEADLINE, () => wait(3));
await take('sense-server-below', `${busy.url}/sense/servers/db-3`, HAS_HEADLINE, async (tab) => {
    await wait(3);
    await tab.run("document.getElementById('main').scrollTo(0, 1e6)");
});
await take('sense-incident', `${busy.url}/sense/incidents/${incidents[0].id}`, HAS_HEADLINE, () => wait(1));
await take('sense-incidents', `${busy.url}/sense/incidents/`, "document.querySelector('#incidents a') !== null");
await take('sense-maintenance', `${busy.url}/sense/maintenance`, "document.querySelector('h1') !== null", () => wait(1));
await take('sense-notifiers', `${busy.url}/sense/notifiers`, "document.querySelector('h1') !== null", () => wait(1));
agent.kill();
await busy.stop();

const many = await sense('--config', written([web('db-1', 'db-1', 'Databases', '/down'), ...Array.from({ length: 199 }, edge)]));
await wait(20);
await take('sense-many', `${many.url}/sense/`, HAS_HEADLINE, () => wait(3));
await take('sense-many-wall', `${many.url}/sense/wall`, HAS_HEADLINE, () => wait(3), { ...SIZES, ...WALLS });
await many.stop();
await close();
process.exit(0); // The target keeps its connections.
