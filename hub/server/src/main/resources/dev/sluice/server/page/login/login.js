// The login page, for a name and a password or for a token. Either results in a cookie that no script can read.
import '../operator-words.js';
import { find } from '../dom.js';
import { frame } from '../frame.js';
import { HUB } from '../hub.js';
import { placed } from '../place.js';
import { ask } from '../requests.js';
import { words } from '../words.js';

const PATH = new URL('login', HUB).pathname;

frame();

/** The page of this hub from which the visitor came, or else the overview. */
function back() {
    const to = new URL(placed('to') || HUB.pathname, location.origin);
    return to.origin === location.origin && to.pathname.startsWith(HUB.pathname) ? to.pathname : HUB.pathname;
}

function say(text, kind) {
    find('said').textContent = text;
    find('said').dataset.kind = kind;
}

async function send(options, done) {
    const buttons = document.querySelectorAll('.login button');
    for (const each of buttons) each.disabled = true;
    say(words('login.asking'), '');
    try {
        await ask(PATH, { credentials: 'same-origin', ...options });
        done();
    } catch (error) {
        say(error.problem ? `${error.problem.title}. ${error.message}` : words('state.why.cut'), 'failed');
    }
    for (const each of buttons) each.disabled = false;
}

// The form is also shown instead of a page that requires a login.
function enter() {
    if (location.pathname === PATH) return location.assign(back());
    const here = new URL(location);
    if (!here.searchParams.has('token')) return location.reload();
    here.searchParams.delete('token'); // It would take precedence over the login.
    location.replace(here);
}

find('login').addEventListener('submit', (submit) => {
    submit.preventDefault();
    send({ method: 'POST', body: new URLSearchParams(new FormData(find('login'))) }, enter);
});
find('token-form').addEventListener('submit', (submit) => {
    submit.preventDefault();
    send({ method: 'POST', headers: { Authorization: `Bearer ${find('token').value.trim()}` } }, enter);
});
