/**
 * Sessions in front of a hub that has none of its own: each subscription is a stream of JSON lines of the hub, each
 * publish a request. Everything else is passed on.
 */
import http from 'node:http';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';

export class SessionShim {
  #server = http.createServer((request, response) => this.#serve(request, response));
  #sessions = new Map();
  opened = 0;

  /** @return the hub itself if it has sessions */
  static async start(hubUrl) {
    const abort = new AbortController();
    const { status } = await fetch(`${hubUrl}session`, { headers: { Accept: 'text/event-stream' }, signal: abort.signal });
    abort.abort();
    if (status === 200) return { url: hubUrl, stop() {} };
    const shim = new SessionShim();
    shim.hubUrl = hubUrl;
    shim.#server.on('upgrade', (request, socket) => shim.#upgrade(request, socket));
    shim.#server.listen(0, '127.0.0.1');
    await once(shim.#server, 'listening');
    shim.url = `http://127.0.0.1:${shim.#server.address().port}/`;
    return shim;
  }

  stop() {
    for (const session of this.#sessions.values()) session.end();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request, response) {
    const url = new URL(request.url, this.hubUrl);
    if (url.pathname === '/session') return this.#stream(url, response);
    if (url.pathname.startsWith('/session/')) return this.#post(url, request, response);
    const upstream = http.request(url, { method: request.method, headers: request.headers, agent: false }, answer => {
      response.writeHead(answer.statusCode, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  }

  #open(url, send) {
    const session = new Session(this.hubUrl, Number(url.searchParams.get('heartbeat') ?? 15), send);
    this.#sessions.set(session.id, session);
    this.opened++;
    return session;
  }

  #close(session) {
    session.end();
    this.#sessions.delete(session.id);
  }

  #stream(url, response) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const session = this.#open(url, message => response.write(`data: ${JSON.stringify(message)}\n\n`));
    session.welcome();
    response.on('close', () => this.#close(session));
  }

  async #post(url, request, response) {
    const session = this.#sessions.get(url.pathname.split('/')[2]);
    let body = '';
    try {
      for await (const chunk of request) body += chunk;
    } catch { // Cut on its way.
      return response.destroy();
    }
    if (!session) return response.writeHead(404).end();
    for (const line of body.split('\n')) if (line) session.take(JSON.parse(line));
    response.writeHead(204).end();
  }

  #upgrade(request, socket) {
    socket.write(handshake(request));
    const session = this.#open(new URL(request.url, this.hubUrl), message => socket.write(frame(JSON.stringify(message))));
    let rest = Buffer.alloc(0);
    socket.on('data', chunk => {
      rest = Buffer.concat([rest, chunk]);
      for (let read; (read = unframe(rest)); rest = read.rest) {
        if (read.opcode === 1) session.take(JSON.parse(read.text));
        if (read.opcode === 8) socket.end();
      }
    });
    socket.on('error', () => {}); // 'close' follows.
    socket.on('close', () => this.#close(session));
  }
}

class Session {
  id = randomUUID();
  #hubUrl;
  #heartbeat;
  #send;
  #streams = new Map();
  #isOver = false;
  #published = Promise.resolve();

  constructor(hubUrl, heartbeat, send) {
    this.#hubUrl = hubUrl;
    this.#heartbeat = heartbeat;
    this.#send = message => this.#isOver || send(message);
    this.timer = setInterval(() => this.#send({ op: 'heartbeat' }), heartbeat * 1_000);
  }

  welcome() {
    this.#send({ op: 'welcome', session: this.id, heartbeat: this.#heartbeat });
  }

  take(message) {
    const { op, ref } = message;
    if (op === 'hello') this.welcome();
    else if (op === 'subscribe') this.#subscribe(message);
    else if (op === 'unsubscribe') {
      this.#streams.get(ref)?.abort();
      this.#send({ op: 'ok', ref });
    } else if (op === 'publish') this.#published = this.#published.then(() => this.#publish(message));
    else if (op === 'ping') this.#send({ op: 'pong' });
    else this.#send({ op: 'error', ref, problem: { status: 400, title: `There is no op ${op}` }, retry: false });
  }

  async #subscribe({ ref, channels, op, type, ...parameters }) {
    const abort = new AbortController();
    this.#streams.set(ref, abort);
    const url = new URL('channels', this.#hubUrl);
    for (const channel of channels) url.searchParams.append('name', channel);
    if (type) url.searchParams.append('type', [type].flat().join());
    for (const name in parameters) url.searchParams.append(name, parameters[name]);
    try {
      const answer = await fetch(url, { headers: { Accept: 'application/x-ndjson' }, signal: abort.signal });
      if (answer.status === 204) return this.#send({ op: 'complete', ref });
      if (!answer.ok) return this.#send({ op: 'error', ref, problem: await answer.json(), retry: answer.status >= 500 });
      this.#send({ op: 'ok', ref, cursor: answer.headers.get('Sluice-Cursor') });
      let rest = '';
      for await (const chunk of Readable.fromWeb(answer.body).setEncoding('utf8')) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop();
        for (const line of lines) this.#forward(ref, JSON.parse(line));
      }
      this.#send({ op: 'complete', ref });
    } catch (error) {
      if (!abort.signal.aborted) this.#send({ op: 'error', ref, problem: { status: 503, title: String(error) }, retry: true });
    }
  }

  #forward(ref, line) {
    if (line.id) this.#send({ op: 'event', ref, ...line });
    else if (line.gap) this.#send({ op: 'gap', ref, ...line.gap });
    else if (line.closed) this.#send({ op: 'closed', ref, ...line.closed });
  }

  async #publish({ ref, channel, type, key, data, idempotencyKey, ifMatch }) {
    const url = new URL(`channels/${channel}`, this.#hubUrl);
    if (type) url.searchParams.set('type', type);
    if (key) url.searchParams.set('key', key);
    const isText = typeof data === 'string';
    const headers = { 'Content-Type': isText ? 'text/plain' : 'application/json', 'Idempotency-Key': idempotencyKey };
    if (ifMatch) headers['If-Match'] = `"${ifMatch}"`;
    const answer = await fetch(url, { method: 'POST', headers, body: isText ? data : JSON.stringify(data) });
    const body = await answer.json();
    if (answer.ok) this.#send({ op: 'ok', ref, id: body.id, replay: answer.headers.get('Idempotent-Replay') === 'true' || undefined });
    else this.#send({ op: 'error', ref, problem: body, retry: answer.status >= 500 });
  }

  end() {
    this.#isOver = true;
    clearInterval(this.timer);
    for (const abort of this.#streams.values()) abort.abort();
  }
}

export function handshake(request) {
  const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash('sha1').update(key).digest('base64');
  return 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
    + `Sec-WebSocket-Protocol: sluice.v1.json\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

/** A text frame (RFC 6455 §5.2). */
export function frame(text) {
  const data = Buffer.from(text);
  const head = data.length < 126 ? Buffer.from([0x81, data.length])
    : data.length < 0x10000 ? Buffer.from([0x81, 126, data.length >> 8, data.length & 0xff])
    : Buffer.concat([Buffer.from([0x81, 127]), uint64(data.length)]);
  return Buffer.concat([head, data]);
}

function uint64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** @return null while the frame is not whole; browsers and Node send theirs in one piece, masked */
export function unframe(bytes) {
  if (bytes.length < 6) return null;
  let length = bytes[1] & 0x7f;
  let at = 2;
  if (length === 126) [length, at] = [bytes.readUInt16BE(2), 4];
  else if (length === 127) {
    if (bytes.length < 14) return null;
    [length, at] = [Number(bytes.readBigUInt64BE(2)), 10];
  }
  if (bytes.length < at + 4 + length) return null;
  const mask = bytes.subarray(at, at + 4);
  const data = Buffer.from(bytes.subarray(at + 4, at + 4 + length)).map((byte, i) => byte ^ mask[i % 4]);
  return { opcode: bytes[0] & 0x0f, text: data.toString(), rest: bytes.subarray(at + 4 + length) };
}
