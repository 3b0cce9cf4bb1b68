// Elements of a page.

/** Creates an element of this kind and class, with this text, which is never parsed as markup. */
export function make(kind, className, text) {
    const element = document.createElement(kind);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
}

export const find = (id) => document.getElementById(id);

/** Whether keys that are typed now are text for a field or a choice of a control. */
export const isTyping = ({ target }) => Boolean(target.closest?.('input, textarea, select, [contenteditable], dialog[open]'));
