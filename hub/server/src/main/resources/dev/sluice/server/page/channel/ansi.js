// Text with the colours of terminals (ECMA-48 §8.3.117), as elements. Other control characters become visible.
import { make } from '../dom.js';

const SGR = /\x1b\[([\d;]*)m/g;
// Sequences that move the cursor or clear the screen have no meaning in a list.
const OTHERS = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])/g;
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

const visible = (text) => text.replace(OTHERS, '').replace(CONTROL, (c) => String.fromCharCode(c === '\x7f' ? 0x2421 : 0x2400 + c.charCodeAt(0)));

function apply(style, codes) {
    for (const code of codes.split(';').map(Number)) {
        if (code === 0) Object.assign(style, { colour: '', bold: false, dim: false });
        else if (code === 1) style.bold = true;
        else if (code === 2) style.dim = true;
        else if (code === 22) style.bold = style.dim = false;
        else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) style.colour = `t-${code % 10}`;
        else if (code === 39) style.colour = '';
        else if (code === 38) return; // 256 colours: the remaining codes are parameters of this one.
    }
}

export const isPlain = (text) => !/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text);

/** A text as nodes. */
export function coloured(text) {
    if (isPlain(text)) return [document.createTextNode(text)];
    const style = { colour: '', bold: false, dim: false };
    const nodes = [];
    const push = (part) => {
        const shown = visible(part);
        if (shown !== '') nodes.push(make('span', [style.colour, style.bold && 't-bold', style.dim && 't-dim'].filter(Boolean).join(' '), shown));
    };
    let from = 0;
    for (const found of text.matchAll(SGR)) {
        push(text.slice(from, found.index));
        apply(style, found[1]);
        from = found.index + found[0].length;
    }
    push(text.slice(from));
    return nodes;
}
