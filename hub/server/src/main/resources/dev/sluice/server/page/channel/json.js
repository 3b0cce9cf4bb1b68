// JSON as a tree whose objects fold.
import { html } from '../vendor/preact.js';

const OPEN_DEPTH = 2;
const MEMBERS_MAX = 500;

function Scalar({ value }) {
    if (typeof value === 'string') return html`<span class="j-string">${JSON.stringify(value)}</span>`;
    if (JSON.isRawJSON?.(value)) return html`<span class="j-number">${value.rawJSON}</span>`;
    if (typeof value === 'number') return html`<span class="j-number">${String(value)}</span>`;
    return html`<span class="j-word">${String(value)}</span>`;
}

/** A value with its name in an object. */
export function Json({ value, name, depth = 0, comma = '' }) {
    const label = name === undefined ? null : html`<span class="j-key">${JSON.stringify(name)}</span>: `;
    if (typeof value !== 'object' || value === null || JSON.isRawJSON?.(value)) return html`<div>${label}<${Scalar} value=${value} />${comma}</div>`;
    const isArray = Array.isArray(value);
    const entries = Object.entries(value);
    const [open, close] = isArray ? '[]' : '{}';
    if (entries.length === 0) return html`<div>${label}${open}${close}${comma}</div>`;
    const shown = entries.slice(0, MEMBERS_MAX);
    return html`<details open=${depth < OPEN_DEPTH}>
        <summary>${label}${open} <span class="quiet">${entries.length}</span></summary>
        <div class="tree">${shown.map(([key, each], i) => html`<${Json} value=${each} name=${isArray ? undefined : key} depth=${depth + 1} comma=${i < entries.length - 1 ? ',' : ''} />`)}
            ${shown.length < entries.length && html`<div class="quiet">… ${entries.length - shown.length}</div>`}</div>
        <div class="tree-end">${close}${comma}</div>
    </details>`;
}
