// One connection: what is known of it, a trace of its client, and its end in two steps.
import { find } from '../dom.js';
import { HUB } from '../hub.js';
import { address, ask } from '../requests.js';
import { transportName } from '../stats/metrics.js';
import { html, render } from '../vendor/preact.js';
import { age, bytes, clock, exactly, number, words } from '../words.js';
import { client, sameClient } from './model.js';
import { over } from './table.js';

const TRACES = new URL('traces', HUB).pathname;
const TRACE_MS = 2000;

export class Detail {
    #path;
    #changed;
    #connection = null;
    #step = null; // The end that waits for its second step: one or all.
    #said = '';
    #trace = null;

    /** @param changed called when something was ended */
    constructor(path, changed) {
        this.#path = path;
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

    /** Shows what is known now of the connection that is shown. */
    update(connections) {
        if (!this.#connection) return;
        this.#connection = connections.find(({ id }) => id === this.id) ?? this.#connection;
        this.#draw();
    }

    /** Closes the pane; the focus goes back to the row that opened it. */
    close() {
        document.querySelector('[data-chosen] .open')?.focus();
        this.#connection = null;
        this.#draw();
        this.#changed();
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

    /** @return whether it was done; else the reason is shown */
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
        return html`<header><h2 id="detail-title" tabindex="-1">${client(connection)}</h2><button type="button" class="plain" onClick=${() => this.close()}>${words('close')}</button></header>
            <div class="body">
                <dl>${this.#facts(connection).map(([name, value]) => html`<dt>${words(name)}</dt><dd>${value}</dd>`)}</dl>
                ${this.#acts(connection)}
                <p class="said" role="status">${this.#said}</p>
                ${this.#trace && this.#steps(this.#trace)}
            </div>`;
    }

    #facts(connection) {
        const { address: at, sub, kid, since, channels, patterns, cursor, behind, behindMs, bytes: size, ended, reason } = connection;
        return [
            ['connections.sub', sub ?? words('connections.anonymous')],
            ['connections.key', kid],
            ['connections.address', at],
            ['connections.transport', over(connection)],
            ['connections.since', exactly(new Date(since)).split('\n')[0]],
            ['channels', `${channels.join(', ')}${patterns ? ` (${number(patterns)})` : ''}`],
            ['connections.cursor', cursor],
            ['connections.behind', behind ? `${number(behind)} · ${age(behindMs)}` : number(0)],
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

    #steps({ steps, running, until }) {
        const left = Math.max(0, Math.ceil((Date.parse(until) - Date.now()) / 1000));
        return html`<h3>${words('trace')} <span class="quiet">${running ? words('trace.left', { n: left }) : words('trace.over')}</span></h3>
            <ol class="steps">${steps.map(
                (each) => html`<li><span class="quiet">${clock(new Date(each.time))}</span> ${words(`trace.${each.step}`)} <span class="quiet">${[
                    over(each.connection),
                    each.transportBefore && words('trace.before', { transport: transportName(each.transportBefore) }),
                    each.reason && words(`reason.${each.reason}`),
                    each.after,
                ].filter(Boolean).join(' · ')}</span></li>`,
            )}${steps.length === 0 && html`<li class="quiet">${words('trace.nothing')}</li>`}</ol>`;
    }
}
