// Elements of a page.

/** Creates an element with this name, class and text, which is never parsed as markup. */
export function make(kind, className, text) {
    const element = document.createElement(kind);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
}

export const find = (id) => document.getElementById(id);

/** Returns true if the target of a key event uses typed keys as text or as a choice. */
export const isTyping = ({ target }) => Boolean(target.closest?.('input, textarea, select, [contenteditable], dialog[open]'));
