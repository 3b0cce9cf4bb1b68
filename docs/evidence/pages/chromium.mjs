// A headless Chromium over the DevTools protocol, without a library.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A tab: commands, and events of the protocol. */
class Tab {
    #send;
    #listeners = new Map();

    constructor(send) {
        this.#send = send;
    }

    send(method, parameters = {}) {
        return this.#send(method, parameters);
    }

    on(method, listener) {
        this.#listeners.set(method, [...(this.#listeners.get(method) ?? []), listener]);
    }

    take({ method, params }) {
        for (const listener of this.#listeners.get(method) ?? []) listener(params);
    }

    /** Runs an expression in the page, and waits for its promise. */
    async run(expression) {
        const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value;
    }

    /** Waits until an expression is true in the page. @param seconds at most */
    async until(expression, seconds = 60) {
        for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
            if (await this.run(`(() => { try { return Boolean(${expression}); } catch { return false; } })()`)) return;
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error(`this never became true: ${expression}`);
    }

    async open(url) {
        const loaded = new Promise((resolve) => this.on('Page.loadEventFired', resolve));
        await this.send('Page.navigate', { url });
        await loaded;
    }
}

export class Chromium {
    #process;
    #profile;
    #socket;
    #answers = new Map();
    #tabs = new Map();
    #last = 0;

    /** @param more flags, such as those that trust a certificate */
    static async start(language = 'en-US', more = []) {
        const chromium = new Chromium();
        await chromium.#start(language, more);
        return chromium;
    }

    async #start(language, more) {
        this.#profile = mkdtempSync(join(tmpdir(), 'sluice-pages-'));
        const flags = [...more, '--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run', '--disable-dev-shm-usage'];
        this.#process = spawn('chromium', [...flags, '--remote-debugging-port=0', `--user-data-dir=${this.#profile}`, `--accept-lang=${language}`, `--lang=${language}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
        const address = await new Promise((resolve, reject) => {
            let said = '';
            this.#process.stderr.setEncoding('utf8').on('data', (text) => {
                said += text;
                const found = said.match(/DevTools listening on (ws:\S+)/);
                if (found) resolve(found[1]);
            });
            this.#process.on('exit', () => reject(new Error(said)));
        });
        this.#socket = new WebSocket(address);
        await new Promise((resolve, reject) => Object.assign(this.#socket, { onopen: resolve, onerror: reject }));
        this.#socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
    }

    #take(message) {
        if (message.id === undefined) {
            this.#tabs.get(message.sessionId)?.take(message);
            return;
        }
        const { resolve, reject } = this.#answers.get(message.id);
        this.#answers.delete(message.id);
        if (message.error) reject(new Error(message.error.message));
        else resolve(message.result);
    }

    #send(method, params, sessionId) {
        const id = ++this.#last;
        this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
        return new Promise((resolve, reject) => this.#answers.set(id, { resolve, reject }));
    }

    /** Opens a tab of this size, with a preference for light or dark. */
    async tab({ width, height, scheme = 'light', language = 'en-US' }) {
        const { targetId } = await this.#send('Target.createTarget', { url: 'about:blank' });
        const { sessionId } = await this.#send('Target.attachToTarget', { targetId, flatten: true });
        const tab = new Tab((method, parameters) => this.#send(method, parameters, sessionId));
        this.#tabs.set(sessionId, tab);
        await tab.send('Page.enable');
        await tab.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
        await tab.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
        await tab.send('Network.enable');
        await tab.send('Network.setExtraHTTPHeaders', { headers: { 'Accept-Language': language } });
        tab.close = () => this.#send('Target.closeTarget', { targetId });
        return tab;
    }

    /** The processes of the browser, with the processor time of each in seconds. */
    async processes() {
        return (await this.#send('SystemInfo.getProcessInfo')).processInfo;
    }

    async close() {
        const ended = new Promise((resolve) => this.#process.on('exit', resolve));
        this.#send('Browser.close'); // A signal ends only this process, while others still write to the profile.
        await ended;
        rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
}
