// One connection: its details, a trace of its client, and the two steps that end it.
import { find } from '../dom.js';
import { HUB } from '../hub.js';
import { place } from '../place.js';
import { address, ask } from '../requests.js';
import { html, render } from '../vendor/preact.js';
import { age, bytes, clock, exactly, number, words } from '../words.js';
import { client, label, sameClient } from './model.js';
import { Steps, left } from './steps.js';
import { over, outlook } from './table.js';

const TRACES = new URL('traces', HUB).pathname;
const TRACE_MS = 2000;

export class Detail {
    #path;
    #pace;
    #changed;
    #connection = null;
    #step = null; // The end that waits for its second step: of one connection, or of all.
    #said = '';
    #trace = null;

    /**
     * @param pace    the rates at which connections receive and fall behind
     * @param changed called when something was ended
     */
    constructor(path, pace, changed) {
        this.#path = path;
        this.#pace = pace;
        this.#changed = changed;
        document.addEventListener('languagechange', () => this.#draw());
    }

    get id() {
        return this.#connection?.id;
    }

    show(connection) {
        if (connection.id !== this.id) {
            this.#step = null;
            this.#said = '';
            this.#trace = null;
        }
        this.#connection = connection;
        this.#draw();
    }

    /** Updates the shown connection. */
    update(connections) {
        if (!this.#connection) return;
        this.#connection = connections.find(({ id }) => id === this.id) ?? this.#connection;
        this.#draw();
    }

    /** Closes the pane; the focus goes back to the row that opened it. */
    close() {
        document.querySelector('[data-chosen] .open')?.focus();
        place('id', '');
        this.hide();
        this.#changed();
    }

    hide() {
        this.#connection = null;
        this.#draw();
    }

    async #end() {
        const url = this.#step === 'one' ? `${this.#path}/${this.id}` : address(this.#path, sameClient(this.#connection));
        await this.#try(async () => {
            await ask(url, { method: 'DELETE' });
            this.#step = null;
            this.#said = words('connections.ending');
            this.#changed();
        });
    }

    async #follow() {
        const { sub, address: at } = this.#connection;
        await this.#try(async () => {
            const begun = await ask(address(TRACES, sub === undefined ? { address: at } : { sub }), { method: 'POST' });
            this.#trace = await begun.json();
            this.#draw();
            this.#poll(this.#trace.id);
        });
    }

    async #poll(id) {
        while (this.#trace?.id === id && this.#trace.running) {
            await new Promise((done) => setTimeout(done, TRACE_MS));
            if (this.#trace?.id !== id) return;
            const isRead = await this.#try(async () => (this.#trace = await (await ask(`${TRACES}/${id}`)).json()));
            if (!isRead) return;
            this.#draw();
        }
    }

    /** @returns true if it succeeded; otherwise, the reason is shown */
    async #try(what) {
        try {
            await what();
            return true;
        } catch (error) {
            this.#said = error.message;
            return false;
        } finally {
            this.#draw();
        }
    }

    #draw() {
        const connection = this.#connection;
        find('detail').hidden = !connection;
        if (connection) render(this.#card(connection), find('detail'));
    }

    #card(connection) {
        return html`<header><h2 id="detail-title" tabindex="-1">${label(connection)}</h2><button type="button" class="plain" onClick=${() => this.close()}>${words('close')}</button></header>
            <div class="body">
                <dl>${this.#facts(connection).map(([name, value]) => html`<dt>${words(name)}</dt><dd>${value}</dd>`)}</dl>
                ${this.#acts(connection)}
                <p class="said" role="status">${this.#said}</p>
                ${this.#trace && this.#steps(this.#trace)}
            </div>`;
    }

    #facts(connection) {
        const { address: at, sub, agent, kid, since, channels, patterns, cursor, behind, behindMs, bytes: size, ended, reason } = connection;
        return [
            ['connections.sub', sub ?? words('connections.anonymous')],
            ['connections.key', kid],
            ['connections.agent', agent],
            ['connections.address', at],
            ['connections.transport', over(connection)],
            ['connections.since', exactly(new Date(since)).split('\n')[0]],
            ['channels', `${channels.join(', ')}${patterns ? ` (${number(patterns)})` : ''}`],
            ['connections.cursor', cursor],
            ['connections.behind', behind ? [number(behind), age(behindMs), outlook(behind, this.#pace.of(connection.id))].filter(Boolean).join(' · ') : number(0)],
            ['connections.bytes', bytes(size)],
            ['connections.ended', ended && `${words(`reason.${reason}`)} · ${clock(new Date(ended))}`],
        ].filter(([, value]) => value);
    }

    #acts(connection) {
        if (connection.ended) return html`<p class="acts"><button type="button" onClick=${() => this.#follow()}>${words('trace.begin')}</button></p>`;
        if (this.#step) {
            const what = this.#step === 'one' ? 'connections.end.one' : 'connections.end.all';
            return html`<div class="step"><p>${words(what, { name: client(connection) })}</p>
                <span class="acts"><button type="button" class="danger" onClick=${() => this.#end()}>${words('connections.end.yes')}</button>
                <button type="button" onClick=${() => this.#choose(null)}>${words('cancel')}</button></span></div>`;
        }
        return html`<p class="acts">
            <button type="button" onClick=${() => this.#follow()}>${words('trace.begin')}</button>
            <button type="button" onClick=${() => this.#choose('one')}>${words('connections.end')}</button>
            <button type="button" onClick=${() => this.#choose('all')}>${words('connections.end.of', { name: client(connection) })}</button></p>`;
    }

    #choose(step) {
        this.#step = step;
        this.#said = '';
        this.#draw();
    }

    #steps(trace) {
        return html`<h3>${words('trace')} <span class="quiet">${left(trace)}</span></h3><${Steps} trace=${trace} />`;
    }
}
