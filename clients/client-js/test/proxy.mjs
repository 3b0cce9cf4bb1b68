/**
 * A proxy as one meets them: each of its faults is an option, and can be changed while it runs.
 *
 *     cutMs: [1000, 3000]   ends each connection after a time drawn from there
 *     holeMs: [1000, 3000]  forwards nothing after such a time, in either direction, and closes nothing
 *     idleMs: 2000          ends connections on which nothing came or went for so long
 *     webSocket: false      refuses to upgrade
 *     buffer: true          holds back streams until they end
 *     buffer: 'body'        the same, but passes on their heads
 *     http10: true          talks HTTP/1.0 to the hub
 */
import http from 'node:http';
import net from 'node:net';
import { once } from 'node:events';

const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade'];

export class HostileProxy {
  #server = http.createServer((request, response) => this.#pass(request, response));
  #sockets = new Set();
  upgrades = 0;
  requests = 0; // Others than upgrades.
  isAway = false; // True to refuse all connections.
  met = { cut: 0, hole: 0, idle: 0, refused: 0, held: 0, http10: 0 }; // The number of requests that met a fault.
  pages = {}; // The proxy's own answers: [type, body] by path.

  static async start(target, faults = {}) {
    const proxy = new HostileProxy();
    proxy.target = new URL(target);
    proxy.faults = faults;
    proxy.#server.on('connection', socket => proxy.#inject(socket));
    proxy.#server.on('upgrade', (request, socket, head) => proxy.#upgrade(request, socket, head));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    proxy.url = `http://127.0.0.1:${proxy.#server.address().port}/`;
    return proxy;
  }

  get connections() {
    return this.#sockets.size;
  }

  /** All connections end now. */
  cut() {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Nothing goes through the present connections from now on; they stay open. */
  swallow() {
    for (const socket of this.#sockets) hole(socket);
  }

  stop() {
    this.cut();
    this.#server.close();
  }

  #inject(socket) {
    if (this.isAway) return socket.destroy();
    this.#sockets.add(socket);
    const { cutMs, holeMs, idleMs } = this.faults;
    const timers = [];
    const after = (ms, fault, act) => timers.push(setTimeout(() => {
      this.met[fault]++;
      act();
    }, ms));
    if (cutMs) after(between(cutMs), 'cut', () => socket.destroy());
    if (holeMs) after(between(holeMs), 'hole', () => hole(socket));
    if (idleMs) {
      socket.setTimeout(idleMs, () => {
        this.met.idle++;
        socket.destroy();
      });
    }
    socket.on('error', () => {}); // Cut by the other side; 'close' follows.
    socket.on('close', () => {
      this.#sockets.delete(socket);
      timers.forEach(clearTimeout);
    });
  }

  #upgrade(request, socket, head) {
    if (this.faults.webSocket === false || this.faults.http10) {
      this.met.refused++;
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.upgrades++;
    const hub = net.connect(this.target.port, this.target.hostname, () => {
      hub.write(`${request.method} ${request.url} HTTP/1.1\r\n${headLines(request.rawHeaders)}\r\n`);
      hub.write(head);
      hub.pipe(socket);
      socket.pipe(hub);
    });
    hub.on('error', () => socket.destroy());
    hub.on('close', () => socket.destroyed || socket.isHole || socket.end());
    socket.on('close', () => hub.destroy());
  }

  #pass(request, response) {
    this.requests++;
    if (this.pages[request.url]) {
      const [type, body] = this.pages[request.url];
      return void response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
    }
    if (this.faults.http10) return this.#passOverHttp10(request, response);
    const { method, url: path, headers } = request;
    const { hostname, port } = this.target;
    const upstream = http.request({ hostname, port, method, path, headers, agent: false }, answer => this.#answer(answer, response));
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  }

  #answer(answer, response) {
    const isStream = /event-stream|ndjson/.test(answer.headers['content-type']);
    if (!isStream || !this.faults.buffer) {
      response.writeHead(answer.statusCode, answer.headers);
      response.flushHeaders();
      answer.on('error', () => response.destroy()).on('aborted', () => response.destroy());
      answer.pipe(response);
      return;
    }
    this.met.held++;
    const chunks = [];
    response.writeHead(answer.statusCode, answer.headers);
    if (this.faults.buffer === 'body') response.flushHeaders();
    answer.on('data', chunk => chunks.push(chunk));
    answer.on('error', () => response.destroy());
    answer.on('end', () => response.end(Buffer.concat(chunks)));
  }

  /** Neither chunks nor a connection that is kept: the answer ends with it (RFC 1945 §7.2). */
  #passOverHttp10(request, response) {
    this.met.http10++;
    const hub = net.connect(this.target.port, this.target.hostname, () => {
      const lines = [];
      for (let i = 0; i < request.rawHeaders.length; i += 2) {
        if (!HOP_BY_HOP.includes(request.rawHeaders[i].toLowerCase())) lines.push(request.rawHeaders[i], request.rawHeaders[i + 1]);
      }
      hub.write(`${request.method} ${request.url} HTTP/1.0\r\n${headLines(lines)}\r\n`);
      request.pipe(hub, { end: false });
    });
    let head = Buffer.alloc(0);
    const kept = [];
    hub.on('data', chunk => {
      if (response.headersSent) return void (response.isKept ? kept.push(chunk) : response.write(chunk));
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const [status, ...fields] = head.subarray(0, end).toString('latin1').split('\r\n');
      for (const field of fields) {
        const [name, ...value] = field.split(':');
        if (!HOP_BY_HOP.includes(name.toLowerCase())) response.setHeader(name, value.join(':').trim());
      }
      response.writeHead(Number(status.split(' ')[1]));
      response.isKept = this.faults.buffer && /event-stream|ndjson/.test(response.getHeader('Content-Type'));
      kept.push(head.subarray(end + 4));
      if (!response.isKept) response.write(kept.pop());
    });
    hub.on('error', () => response.destroy());
    hub.on('close', () => response.end(Buffer.concat(kept)));
    response.on('close', () => hub.destroy());
  }
}

/** Corked and paused for ever: writes go nowhere, and received bytes are not read. */
function hole(socket) {
  socket.isHole = true;
  socket.cork();
  socket.pause();
  socket.resume = () => socket;
}

function between([from, to]) {
  return from + Math.random() * (to - from);
}

function headLines(rawHeaders) {
  let lines = '';
  for (let i = 0; i < rawHeaders.length; i += 2) lines += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  return lines;
}
