// The page of a refusal, which leads to the intended channel.
import '../operator-words.js';
import { find, make } from '../dom.js';
import { frame } from '../frame.js';
import { HUB, link } from '../hub.js';
import { page } from '../requests.js';
import { set, words } from '../words.js';
import { nearest } from './nearest.js';

const CHANNELS_MAX = 1000;
const SHOWN = 5;
const SEGMENT = /^[^\p{Cc}]+$/u;

frame();

/** The channel in the address, as far as it is a name. */
function meant() {
    const path = location.pathname.slice(HUB.pathname.length).replace(/^channels(?:\/|$)/, '');
    const text = new URLSearchParams(location.search).get('name') || path;
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

const isName = (name) => name.split('/').every((each) => SEGMENT.test(each) && each !== '.' && each !== '..');

async function suggest(name) {
    try {
        const { channels } = await page(new URL('channels', HUB).pathname, { limit: CHANNELS_MAX });
        const names = nearest(name, channels.map((each) => each.name)).slice(0, SHOWN);
        find('near').hidden = names.length === 0;
        find('near-names').replaceChildren(
            ...names.map((each) => {
                const item = make('li');
                const to = make('a', '', each);
                to.href = link(each);
                item.append(to);
                return item;
            }),
        );
    } catch {
        find('near').hidden = true; // The visitor may not list channels, but can still correct the name.
    }
}

const name = meant();
find('name').value = name.replaceAll(/\/+/g, '/').replace(/^\/|\/$/g, '');
find('to-channel').addEventListener('submit', (submit) => {
    submit.preventDefault();
    if (isName(find('name').value)) return location.assign(link(find('name').value));
    find('name').setAttribute('aria-invalid', 'true');
    set(find('name-said'), words('error.name'));
});
if (!find('to-channel').hidden) suggest(name);
