// A chat with rooms, each a channel of the hub. This file contains the user's name, the current room and the
// composer.
import { Sluice } from '../../client.js';
import { find, HUB, language, set } from '../../page/program.js';
import { both } from './both.js';
import { ofBrowser, ofTab } from './storage.js';
import { follow } from './state.js';
import { Room } from './room.js';
import { Rooms } from './rooms.js';
import { Unsent } from './unsent.js';

const guest = () => `${language() === 'zh' ? '访客' : 'guest'} ${1 + (crypto.getRandomValues(new Uint16Array(1))[0] % 999)}`;
const me = ofTab.get('name') ?? ofBrowser.get('name') ?? guest();
ofTab.set('name', me);
find('name').value = me;

const sluice = follow(new Sluice(HUB, { client: me }));
const rooms = new Rooms(sluice);
const unsent = new Unsent(sluice);
let room = null;

/** Enters the room named in the address. */
function enter() {
    const name = named(location.hash.slice(1)) || 'lobby';
    if (name === room?.name) return;
    room?.leave();
    room = new Room(sluice, name, me);
    rooms.entered(name);
    find('text').value = ofTab.get(`draft ${name}`) ?? '';
}

function named(hash) {
    try {
        return decodeURIComponent(hash);
    } catch {
        return hash; // Invalid percent-encoding, typed by hand.
    }
}

function compose() {
    const text = find('text').value.trim();
    if (text === '') return;
    unsent.send(room.name, me, text);
    find('text').value = '';
    ofTab.set(`draft ${room.name}`, '');
    room.sent();
}

find('text').addEventListener('input', () => {
    ofTab.set(`draft ${room.name}`, find('text').value);
    if (find('text').value.trim()) room.type();
});
find('text').addEventListener('keydown', (press) => {
    if (press.key !== 'Enter' || press.shiftKey || press.isComposing) return; // While an input method composes, Enter belongs to it.
    press.preventDefault();
    compose();
});
find('composer').addEventListener('submit', (submit) => {
    submit.preventDefault();
    compose();
    find('text').focus();
});

/** A new name means a new client, so the page reloads; it keeps unsent messages. */
find('name-form').addEventListener('submit', (submit) => {
    submit.preventDefault();
    const name = find('name').value.trim();
    if (name === '' || name === me) return void (find('name').value = me);
    ofTab.set('name', name);
    ofBrowser.set('name', name);
    location.reload();
});

find('room-form').addEventListener('submit', (submit) => {
    submit.preventDefault();
    const name = find('room').value.trim();
    if (/[/*]|^\.{0,2}$|^\$/.test(name)) {
        find('room-said').replaceChildren(both('A room’s name has no / and no *, and begins with no $.', '房间名不能包含 / 和 *，也不能以 $ 开头。'));
        return;
    }
    set(find('room-said'), '');
    find('room').value = '';
    location.hash = encodeURIComponent(name);
});

addEventListener('hashchange', enter);
enter();
