// Commands to copy, with the address of this hub.
import { find } from '../dom.js';
import { link } from '../hub.js';
import { address } from '../requests.js';
import { set } from '../words.js';
import { channel, selection } from './selection.js';

const quoted = (text) => `'${text.replaceAll("'", '%27')}'`;

export function commands() {
    const url = `${location.origin}${link(channel ?? '')}`;
    set(find('command-empty'), `curl -d hello ${quoted(url)}`);
    set(find('command-publish'), `curl -d hello ${quoted(url)}`);
    set(find('command-pipe'), `vmstat -n 1 | curl -sS -X POST -T - ${quoted(`${url}?split=line`)}`);
    set(find('command-read'), `curl -N ${quoted(address(selection, { as: 'sse', last: 10 }).href)}`);
    for (const each of document.querySelectorAll('.for-channel')) each.hidden = channel === null;
}
