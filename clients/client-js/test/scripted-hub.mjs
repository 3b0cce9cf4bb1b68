/** A hub that says what a test tells it to say, over a WebSocket or as an answer. */
import http from 'node:http';
import { once } from 'node:events';
import { frame, handshake, unframe } from './frames.mjs';
import { within } from './waiting.mjs';

export class ScriptedHub {
  #server = http.createServer((request, response) => this.answer(request, response));
  #sockets = new Set();
  #heard = [];
  #listener = () => {};
  refuses; // Upgrades, with this status.

  static async start() {
    const hub = new ScriptedHub();
    hub.#server.on('upgrade', (request, socket) => hub.#upgrade(request, socket));
    hub.#server.listen(0, '127.0.0.1');
    await once(hub.#server, 'listening');
    hub.url = `http://127.0.0.1:${hub.#server.address().port}/`;
    return hub;
  }

  /** To requests; a test may put another one here. */
  answer(request, response) {
    response.writeHead(204).end();
  }

  #upgrade(request, socket) {
    if (this.refuses) return void socket.end(`HTTP/1.1 ${this.refuses} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    socket.write(handshake(request));
    this.socket = socket;
    this.#sockets.add(socket);
    let rest = Buffer.alloc(0);
    socket.on('data', chunk => {
      rest = Buffer.concat([rest, chunk]);
      for (let read; (read = unframe(rest)); rest = read.rest) if (read.opcode === 1) this.#take(JSON.parse(read.text));
    });
    socket.on('error', () => {}); // 'close' follows.
  }

  #take(message) {
    this.#heard.push(message);
    this.#listener();
  }

  /** The next message that came, which has to be this. */
  async hears(op) {
    await within(5_000, `a message '${op}'`, new Promise(resolve => {
      this.#listener = () => this.#heard.length && resolve();
      this.#listener();
    }));
    const message = this.#heard.shift();
    if (message.op !== op) throw new Error(`expected '${op}', got ${JSON.stringify(message)}`);
    return message;
  }

  /** @param more members of the welcome */
  async greets(more = {}) {
    const hello = await this.hears('hello');
    this.says({ op: 'welcome', session: 's', heartbeat: 15, ...more });
    return hello;
  }

  says(message) {
    this.socket.write(frame(JSON.stringify(message)));
  }

  /** The last words of a session, as a hub says them: a problem, and a close code with its status. */
  ends(status, problem = {}) {
    this.says({ op: 'error', problem: { status, title: `Ended with ${status}`, ...problem }, retry: false });
    this.closes(4_000 + status);
  }

  /** RFC 6455 §5.5.1 */
  closes(code) {
    this.socket.end(Buffer.from([0x88, 2, code >> 8, code & 0xff]));
  }

  cuts() {
    this.socket.destroy();
  }

  stop() {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
