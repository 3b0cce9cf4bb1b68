// Bar charts as SVG: only rectangles and text, readable in light and dark mode.

const WIDTH = 760;
const LABELS = 230;
const NUMBERS = 90;
const BAR = 22;
const GAP = 8;
const TOP = 44;

const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

/** @param bars [{ label, value, shown, isOurs }], in display order */
export function bars(title, list) {
    const most = Math.max(...list.map((bar) => bar.value), Number.MIN_VALUE);
    const room = WIDTH - LABELS - NUMBERS;
    const height = TOP + list.length * (BAR + GAP) + GAP;
    const lines = list.map(({ label, value, shown, isOurs }, i) => {
        const y = TOP + i * (BAR + GAP);
        const length = Math.max(1, (value / most) * room).toFixed(1);
        return `<text x="${LABELS - 10}" y="${y + 15}" text-anchor="end">${escape(label)}</text>
<rect x="${LABELS}" y="${y}" width="${length}" height="${BAR}" rx="3" class="${isOurs ? 'ours' : 'peer'}"/>
<text x="${LABELS + Number(length) + 8}" y="${y + 15}">${escape(shown)}</text>`;
    });
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escape(title)}</title>
<style>
text { font: 13px system-ui, sans-serif; fill: #222 }
.title { font-weight: 600 }
.ours { fill: #1a7f64 }
.peer { fill: #9aa5b1 }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .peer { fill: #66717d } }
</style>
<text x="${GAP}" y="24" class="title">${escape(title)}</text>
${lines.join('\n')}
</svg>
`;
}
