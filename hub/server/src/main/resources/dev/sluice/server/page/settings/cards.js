// The cards beside the values: pending changes, budgets, keys, grants, rules, and the question about a token.
import { reason } from '../reason.js';
import { History } from '../stats/history.js';
import { html } from '../vendor/preact.js';
import { age, bytes, formatted, language, number, words, wordsOr } from '../words.js';
import { filling, permitted, shares, verdict } from './model.js';

const VERBS = ['subscribe', 'publish', 'presence', 'join', 'list', 'close', 'delete', 'publish_as', 'admin'];

export class Cards {
    #acts;
    #redraw = () => {};
    #isAsking = false; // True while the button of the second step is shown.
    #said = () => '';
    #answer = null;
    #figures = null;

    /** @param acts `reload(isConfirmed)` and `explain(token, verb, channel)` */
    constructor(acts) {
        this.#acts = acts;
    }

    /** Sets the hub's figures, which the cards show from the next draw on. */
    take(figures, now) {
        this.#figures = { figures, now };
    }

    /** @param redraw draws the page again */
    of(settings, redraw) {
        this.#redraw = redraw;
        const { keys, grants, rules } = settings;
        const isOpen = keys.length + grants.length === 0;
        return html`${this.#reload(settings)}
            ${isOpen ? card('settings.access', html`<p>${words('settings.open')}</p>`) : this.#question()}
            ${budgets(settings)}
            ${keys.length > 0 && card('settings.keys', keys.map(({ kid, kind, roles, permits, source }) => fact(`${kid} · ${words(`settings.kind.${kind}`)}`, source, [...roles.map((role) => words('settings.role', { role })), ...permitted(permits)])))}
            ${grants.length > 0 && card('settings.grants', grants.map(({ to, deny, permits, source }) => fact(deny ? `${to} · ${words('settings.denied')}` : to, source, permitted(permits))))}
            ${rules.length > 0 && card('settings.rules', rules.map(({ match, source, sets }) => fact(match, source, Object.entries(sets).map(([key, value]) => `${key} = ${value}`))))}
            ${this.#figures && limits(this.#figures)}`;
    }

    #reload({ reload, reloadable }) {
        const waits = reload?.needsConfirmation ?? [];
        return card(
            'settings.reload',
            html`<p>${reload ? words(reload.inForce ? 'settings.reloaded' : 'settings.not-reloaded', { at: new Date(reload.at).toLocaleString(language()) }) : words('settings.as-started')}</p>
                ${reload?.mistakes && html`<p class="mistakes">${reload.mistakes.join('\n')}</p>`}
                ${reload?.needsRestart.length > 0 && html`<p class="waits">${words('settings.restart', { keys: reload.needsRestart.join(', ') })}</p>`}
                ${waits.map((loss) => html`<p class="waits">${words('settings.loss', { match: loss.match, events: number(loss.events), channels: number(loss.channels), bytes: bytes(loss.bytes) })}</p>`)}
                ${reloadable === 'admin' && html`<p class="quiet">${words('settings.admin')}</p>`}
                ${reloadable === 'here' && this.#buttons(waits.length > 0)}
                <p class="said" role="status">${this.#said()}</p>`,
        );
    }

    #buttons(isWaiting) {
        const step = (isAsking) => () => {
            this.#isAsking = isAsking;
            this.#redraw();
        };
        if (isWaiting && this.#isAsking) {
            return html`<div class="step"><p>${words('settings.confirm.about')}</p>
                <p class="acts"><button type="button" class="danger" onClick=${() => this.#run(true)}>${words('settings.confirm.yes')}</button><button type="button" onClick=${step(false)}>${words('cancel')}</button></p></div>`;
        }
        return html`<p class="acts"><button type="button" onClick=${() => this.#run(false)}>${words('settings.reload.now')}</button>
            ${isWaiting && html`<button type="button" onClick=${step(true)}>${words('settings.confirm')}</button>`}</p>`;
    }

    async #run(isConfirmed) {
        this.#isAsking = false;
        try {
            await this.#acts.reload(isConfirmed);
            this.#said = () => words('settings.done');
        } catch (error) {
            this.#said = () => reason(error);
        }
        this.#redraw();
    }

    #question() {
        const ask = async (submit) => {
            submit.preventDefault();
            const form = new FormData(submit.target);
            try {
                this.#answer = await this.#acts.explain(form.get('token'), form.get('verb'), form.get('channel'));
            } catch (error) {
                this.#answer = { failure: error };
            }
            this.#redraw();
        };
        return card(
            'settings.may',
            html`<form class="ask" onSubmit=${ask}>
                    <label class="field"><span>${words('settings.token')}</span><input name="token" type="password" autocomplete="off" spellcheck="false" /></label>
                    <div class="pair">
                        <label class="field"><span>${words('settings.verb')}</span><select name="verb">${VERBS.map((verb) => html`<option>${verb}</option>`)}</select></label>
                        <label class="field"><span>${words('channel')}</span><input name="channel" value="news" required spellcheck="false" autocomplete="off" /></label>
                    </div>
                    <p><button>${words('settings.ask')}</button></p>
                </form>
                <div role="status">${this.#answer && answer(this.#answer)}</div>`,
        );
    }
}

function answer(given) {
    if (given.failure) return html`<p class="answer" data-kind="no">${reason(given.failure)}</p>`;
    const kind = verdict(given);
    const who = given.sub ? words('settings.who', { sub: given.sub, kid: given.kid ?? '' }) : words('settings.anybody');
    if (kind === 'refused') return html`<p class="answer" data-kind="no">${words('settings.refused')} ${given.reason}</p>`;
    return html`<p class="answer" data-kind=${kind}>${words(`settings.${kind}`)} ${who}</p>
        <ul class="quiet">${permitted(given.permits).map((each) => html`<li>${each}</li>`)}</ul>`;
}

const card = (title, body) => html`<section class="card" aria-labelledby=${title}><header><h2 id=${title}>${words(title)}</h2></header><div class="body">${body}</div></section>`;

const fact = (name, source, lines) => html`<div class="fact"><span class="name">${name}</span><span class="quiet">${source}</span></div>${lines.map((each) => html`<div class="quiet name">${each}</div>`)}`;

function budgets({ budgets: all, heapBytes, reservedBytes }) {
    const taken = all.reduce((sum, each) => sum + each.bytes, 0);
    return card(
        'settings.budgets',
        html`<p>${words('settings.heap', { taken: bytes(taken), reserved: bytes(reservedBytes), heap: bytes(heapBytes) })}</p>
            ${shares(all, heapBytes).map(
                ({ key, count, bytes: size }) => html`<div class="fact"><span class="name">${key}</span><span>${count === size ? '' : `${number(count)} · `}${bytes(size)}</span></div><progress max=${heapBytes} value=${size} aria-label=${key}></progress>`,
            )}`,
    );
}

const percent = (part) => formatted(part, { style: 'percent', maximumFractionDigits: 1 });

const inUnit = (name, value) => (name.endsWith('Bytes') ? bytes(value) : number(value));

/** The last card, so that nothing moves when the first figures arrive. */
function limits({ figures, now }) {
    const span = age(figures.spanMs(now));
    return card(
        'settings.full',
        filling(figures, now).map(
            ({ name, used, max, values, most }) => html`<${History} key=${name} label=${wordsOr(`capacity.${name}`, name)} value=${`${percent(used / max)} · ${inUnit(name, used)} / ${inUnit(name, max)}`} values=${values} most=${percent(most)} span=${span} />`,
        ),
    );
}
