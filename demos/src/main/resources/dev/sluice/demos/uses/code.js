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

async function show() {
    const file = find('file').value;
    try {
        const answer = await fetch(`../source/${file}`);
        if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
        highlight(find('code'), await answer.text(), file.split('.').pop());
        find('code').scrollTop = 0;
    } catch (error) {
        find('code').textContent = words('stage.failed', { why: error.message });
    }
}
