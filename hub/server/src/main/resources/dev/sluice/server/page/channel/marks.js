// Marks texts in the rows without changing their elements (CSS Custom Highlight API).

const supported = 'highlights' in (globalThis.CSS ?? {});

export function mark(root, needles) {
    if (!supported) return;
    CSS.highlights.delete('match');
    if (needles.length === 0) return;
    const ranges = [];
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        const text = node.data.toLowerCase();
        if (text.length !== node.data.length) continue; // Lower case has changed the length.
        for (const needle of needles) {
            for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) {
                const range = new Range();
                range.setStart(node, at);
                range.setEnd(node, at + needle.length);
                ranges.push(range);
            }
        }
    }
    CSS.highlights.set('match', new Highlight(...ranges));
}
