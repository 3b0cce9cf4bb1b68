/** A real Chromium, driven over its DevTools protocol. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';

const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--remote-debugging-port=0'];

/**
 * Chromium without the parts of a window, which takes half of the processor time. Debian's command for it is
 * a shell script that waits for this program: ending the script would leave the program behind, and its
 * output open.
 */
const HEADLESS_SHELL = '/usr/lib/chromium/chromium-headless-shell';

export class Chromium {
  #socket;
  #lastId = 0;
  #waiting = new Map();
  #expected = new Map(); // Events by session and name.

  static async start(preferred = existsSync(HEADLESS_SHELL) ? HEADLESS_SHELL : 'chromium') {
    const browser = new Chromium();
    browser.folder = await mkdtemp(`${tmpdir()}/sluice-chromium-`);
    const program = process.env.CHROMIUM ?? preferred;
    browser.program = spawn(program, [...FLAGS, `--user-data-dir=${browser.folder}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
    for await (const line of createInterface(browser.program.stderr)) {
      const [url] = /ws:\/\/\S+/.exec(line) ?? [];
      if (!url) continue;
      browser.program.stderr.resume();
      await browser.#connect(url);
      return browser;
    }
    throw new Error('Chromium did not start.');
  }

  async #connect(url) {
    this.#socket = new WebSocket(url);
    await once(this.#socket, 'open');
    this.#socket.onmessage = ({ data }) => {
      const { id, result, error, method, sessionId } = JSON.parse(data);
      if (method) return this.#expected.get(`${sessionId} ${method}`)?.();
      if (!this.#waiting.has(id)) return;
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) reject(new Error(error.message));
      else resolve(result);
    };
  }

  send(method, params = {}, sessionId) {
    const id = ++this.#lastId;
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** The browser's next event of this name. */
  next(method, sessionId) {
    return new Promise(resolve => this.#expected.set(`${sessionId} ${method}`, resolve));
  }

  /** A page whose modules have run. */
  async open(url) {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, targetId, sessionId);
    await page.send('Page.enable');
    await page.go(url);
    return page;
  }

  async stop() {
    this.program.kill();
    await once(this.program, 'exit');
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

class Page {
  constructor(browser, targetId, sessionId) {
    Object.assign(this, { browser, targetId, sessionId });
  }

  send(method, params) {
    return this.browser.send(method, params, this.sessionId);
  }

  /** Opens an address, and waits until its modules have run. */
  async go(url) {
    const isLoaded = this.browser.next('Page.loadEventFired', this.sessionId);
    const { errorText } = await this.send('Page.navigate', { url });
    if (errorText) throw new Error(`${url}: ${errorText}`);
    await isLoaded;
  }

  /** The value of an expression, or of its promise. */
  async run(expression) {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  close() {
    return this.browser.send('Target.closeTarget', { targetId: this.targetId });
  }

  /** As when its process runs out of memory. */
  crash() {
    this.send('Page.crash').catch(() => {}); // No page is left that could answer.
  }
}
