/** A page of a simulated browser, or a program, with the globals that the client uses, by their real names. */
import { answer } from './http.mjs';
import { Loop } from './world.mjs';

export class Page {
  #world;
  #network;
  #hub;
  #browser;
  #listeners = new Map();
  #connections = new Set();
  #lastId = 0;
  #lastInterval = 0; // Counted downwards, so that it is no timer's.

  constructor(world, network, hub, browser, { isNode = false } = {}) {
    [this.#world, this.#network, this.#hub, this.#browser] = [world, network, hub, browser];
    this.isNode = isNode;
    this.loop = new Loop(world);
    this.bornMs = world.nowMs;
  }

  /** The globals of the client's code. */
  globals() {
    const page = this;
    const { random, between } = this.#world.chance;
    const timers = new Map();
    const later = (act, ms = 0, ...given) => {
      const id = ++this.#lastId;
      timers.set(id, this.#world.after(Math.max(1, ms), () => this.loop.post('timers', () => timers.delete(id) && act(...given))));
      return id;
    };
    const cancel = id => {
      timers.get(id)?.();
      timers.delete(id);
    };
    const found = {
      setTimeout: later,
      clearTimeout: cancel,
      setInterval(act, ms) {
        const again = () => {
          timers.set(id, () => cancel(running));
          running = later(again, ms);
          act();
        };
        const id = --page.#lastInterval;
        let running = later(again, ms);
        timers.set(id, () => cancel(running));
        return id;
      },
      clearInterval: cancel,
      performance: { now: () => this.#world.nowMs - this.bornMs },
      Date: { now: () => 1_700_000_000_000 + this.#world.nowMs, parse: Date.parse },
      Math: Object.defineProperty(Object.create(Math), 'random', { value: random }),
      crypto: { getRandomValues: array => array.map(() => between(0, 2 ** 32)) },
      navigator: this.isNode ? {} : { locks: this.#browser.locks(this) },
      BroadcastChannel: this.isNode ? undefined : this.#browser.channel(this),
      WebSocket: this.#webSocket(),
      fetch: (url, options) => this.#fetch(url, options),
      addEventListener: (type, listener, { signal } = {}) => {
        this.#listeners.set(type, listener);
        signal?.addEventListener('abort', () => this.#listeners.delete(type));
      },
    };
    return { ...found, globalThis: found };
  }

  happens(type) {
    this.loop.post('events', () => this.#listeners.get(type)?.({ type }));
  }

  /** It is gone, without a word. */
  close() {
    this.loop.isAlive = false;
    for (const connection of this.#connections) connection.end();
    this.#browser.forget(this);
  }

  #connect(step) {
    const connection = this.#network.connect(step);
    connection.page = this;
    this.#connections.add(connection);
    connection.onEnd(() => this.#connections.delete(connection));
    return connection;
  }

  #webSocket() {
    const page = this;
    return class {
      readyState = 0;
      #connection = page.#connect('websocket');
      #session;
      #source = `socket ${++page.#lastId}`;

      constructor(url) {
        const heartbeat = Number(new URL(url).searchParams.get('heartbeat'));
        const connection = this.#connection;
        connection.onEnd(() => {
          this.#session?.end();
          connection.down.carry(() => this.#closed());
        });
        connection.up.carry(() => {
          if (connection.isOver) return;
          if (page.#network.isDown || page.#network.isPortal || page.#network.refusesWebSockets) return connection.end();
          this.#session = page.#hub.open(heartbeat, message => connection.down.carry(() => this.#arrived(message)));
          connection.down.carry(() => this.#opened());
        });
      }

      #opened() {
        page.loop.post(this.#source, () => {
          if (this.readyState) return;
          this.readyState = 1;
          page.#world.onStep('opened', { page, connection: this.#connection });
          this.onopen?.();
        });
      }

      #arrived(message) {
        page.loop.post(this.#source, () => {
          if (this.readyState !== 1) return;
          page.#world.onStep(message.op, { page, connection: this.#connection });
          this.onmessage({ data: JSON.stringify(message) });
        });
      }

      #closed() {
        page.loop.post(this.#source, () => {
          const hadOpened = this.readyState > 0;
          if (this.readyState === 3) return;
          this.readyState = 3;
          if (!hadOpened) this.onerror?.({ type: 'error' });
          if (hadOpened || !page.isNode) this.onclose?.({ code: 1_006, reason: '' });
        });
      }

      send(text) {
        const message = JSON.parse(text);
        page.#world.onStep(`said ${message.op}`, { page, connection: this.#connection });
        this.#connection.up.carry(() => this.#connection.isOver || this.#session.hear(message));
      }

      close() {
        this.readyState = 3;
        this.#connection.end();
      }
    };
  }

  #fetch(url, { method = 'GET', headers, body, signal }) {
    if (signal.aborted) return Promise.reject(new DOMException('Aborted', 'AbortError'));
    const connection = this.#connect(`${method} ${url.pathname.split('/')[1]}`);
    const source = `fetch ${++this.#lastId}`;
    const chunks = [];
    let isWhole = false;
    let wake = () => {};
    let fail;
    const result = new Promise((resolve, reject) => {
      fail = error => {
        reject(error);
        failure ??= error;
        wake();
        connection.end();
      };
      let failure;
      signal.addEventListener('abort', () => fail(new DOMException('Aborted', 'AbortError')));
      const next = async () => {
        while (!chunks.length && !isWhole && !failure) await new Promise(woken => (wake = woken));
        if (failure) throw failure;
        return chunks.length ? { done: false, value: chunks.shift() } : { done: true };
      };
      const text = async () => {
        let all = '';
        for (let read; !(read = await next()).done;) all += new TextDecoder().decode(read.value);
        return all;
      };
      const arrive = act => connection.down.carry(() => this.loop.post(source, act));
      const exchange = {
        method, url, headers, body,
        onEnd: act => connection.onEnd(act),
        head: (status, type, others) => arrive(() => resolve({
          status,
          ok: status < 300,
          headers: new Headers({ ...(type && { 'Content-Type': type }), ...others }),
          body: { getReader: () => ({ read: next }) },
          text,
          json: async () => JSON.parse(await text()),
        })),
        write: piece => arrive(() => {
          chunks.push(new TextEncoder().encode(piece));
          wake();
        }),
        end: () => arrive(() => {
          isWhole = true;
          wake();
          connection.end();
        }),
      };
      connection.onEnd(() => arrive(() => isWhole || fail(new TypeError('cut'))));
      connection.up.carry(() => {
        if (connection.isOver) return;
        if (this.#network.isDown) return connection.end();
        if (!this.#network.isPortal) return answer(this.#hub, this.#world, exchange);
        exchange.head(200, 'text/html');
        exchange.write('<html>Please sign in.');
        exchange.end();
      });
    });
    result.catch(() => {});
    return result;
  }
}
