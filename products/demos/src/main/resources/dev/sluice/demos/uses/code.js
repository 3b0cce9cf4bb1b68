// The sources of a use, and the command that reads its channel from a terminal.
import { find, HUB, words } from '../../page/program.js';
import { highlight } from '../highlight.js';

const START = { quotes: 'snapshot=true', task: 'snapshot=true', board: 'after=earliest' };

export function showCode(use) {
    find('file').addEventListener('change', show);
    show();
    const channel = new URL(`channels/demos/${use}`, HUB);
    const watch = new URL(`demos/${use}/watch`, HUB);
    find('command').textContent = `curl -X POST ${watch}\ncurl -N '${channel}?as=sse&${START[use] ?? 'last=5'}&join=true&client=me'`;
}

/** Patterns that find the line that publishes or receives events, the clearest first. */
const RUNS = [/\.(publish|subscribe)\(/, /\.(channel|on|watched)\(/];

/** The number of lines shown above the marked line. */
const ABOVE = 3;

/** Marks the line that handles events, and scrolls to it. */
function openAt(text) {
    const lines = text.split('\n');
    const line = RUNS.map((runs) => lines.findIndex((each) => runs.test(each))).find((found) => found >= 0) ?? -1;
    const code = find('code');
    code.toggleAttribute('data-runs', line >= 0);
    code.style.setProperty('--line', line);
    const height = parseFloat(getComputedStyle(code).lineHeight);
    code.scrollTop = line > ABOVE ? (line - ABOVE) * height : 0;
}

async function show() {
    const file = find('file').value;
    try {
        const answer = await fetch(`../source/${file}`);
        if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
        const text = await answer.text();
        highlight(find('code'), text, file.split('.').pop());
        openAt(text);
    } catch (error) {
        find('code').textContent = words('stage.failed', { why: error.message });
    }
}
