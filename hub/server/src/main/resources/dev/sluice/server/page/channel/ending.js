// The two steps that end a channel.
import { find } from '../dom.js';
import { link } from '../hub.js';
import { ask } from '../requests.js';
import { put, set } from '../words.js';
import { reason } from '../reason.js';

export function endBox(channel) {
    const step = find('end-step');
    const begin = find('end');
    const confirm = find('end-confirm');
    begin.hidden = false;
    put(confirm, 'end.confirm', { channel });
    const open = (isOpen) => {
        step.hidden = !isOpen;
        begin.ariaExpanded = String(isOpen);
        (isOpen ? find('end-keep') : begin).focus();
    };
    begin.addEventListener('click', () => open(step.hidden));
    find('end-keep').addEventListener('click', () => open(false));
    step.addEventListener('keydown', (press) => press.key === 'Escape' && open(false));
    confirm.addEventListener('click', async () => {
        const url = new URL(link(channel), location.origin);
        url.searchParams.set('close', 'true');
        try {
            await ask(url, { method: 'POST' });
            open(false);
        } catch (error) {
            set(find('end-said'), reason(error));
        }
    });
}
