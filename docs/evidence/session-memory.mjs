// The heap that a subscription of a session takes in the hub: ten sessions with 100 each, then with 1,000.
//     node --experimental-websocket docs/evidence/session-memory.mjs
// Needs ./sluice to be built, and jcmd of the JDK that runs it on the path.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const FEW = 100;
const MANY = 1_000;
const SESSIONS = 10;

const hub = spawn(fileURLToPath(new URL('../../sluice', import.meta.url)), ['serve', '--port', '0', '--memory'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let said = '';
hub.stdout.setEncoding('utf8').on('data', text => (said += text));
while (!/http:\/\/\S+\d/.test(said)) await once(hub.stdout, 'data');
const url = said.match(/http(:\/\/\S+\d)/)[1];

async function session() {
  const socket = new WebSocket(`ws${url}/session`, 'sluice.v1.json');
  await once(socket, 'open');
  socket.send('{"op":"hello"}');
  return socket;
}

/** Subscribes to so many channels and waits until each has begun. */
function subscribe(socket, from, to) {
  return new Promise((resolve, reject) => {
    let left = to - from;
    socket.onmessage = ({ data }) => {
      const { op, problem } = JSON.parse(data);
      if (op === 'error') reject(new Error(problem.detail));
      if (op === 'ok' && --left === 0) resolve();
    };
    for (let ref = from; ref < to; ref++) {
      socket.send(JSON.stringify({ op: 'subscribe', ref, channels: [`room/${ref}`], after: 'latest' }));
    }
  });
}

function histogram() {
  const text = execFileSync('jcmd', [String(hub.pid), 'GC.class_histogram'], { encoding: 'utf8' });
  return new Map([...text.matchAll(/^ *\d+: +(\d+) +(\d+) +(\S+)/gm)].map(([, , bytes, name]) => [name, Number(bytes)]));
}

try {
  const sockets = await Promise.all(Array.from({ length: SESSIONS }, session));
  await Promise.all(sockets.map(socket => subscribe(socket, 0, FEW)));
  const before = histogram();
  await Promise.all(sockets.map(socket => subscribe(socket, FEW, MANY)));
  const after = histogram();
  const each = bytes => bytes / (SESSIONS * (MANY - FEW));
  const classes = [...after].map(([name, bytes]) => [name, each(bytes - (before.get(name) ?? 0))]).filter(([name]) => !name.includes('Filler'));
  console.log(`${Math.round(classes.reduce((sum, [, bytes]) => sum + bytes, 0))} bytes of heap for each subscription`);
  for (const [name, bytes] of classes.sort(([, a], [, b]) => b - a).slice(0, 16)) console.log(bytes.toFixed(1).padStart(8), name);
} finally {
  hub.kill();
}
process.exit(0);
