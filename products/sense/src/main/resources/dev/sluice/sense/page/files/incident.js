// The page of an incident: its timeline from the first failure to the end, acknowledgement, comments.
import { exactly, find, make, put, set, words } from '../../page/program.js';
import { ask, checkPage, reading, refuse, rememberedName, rememberName, segments } from './api.js';
import { day, duration } from './incident-row.js';
import { connect } from './live.js';
import { isWarning, openState, SIGNS } from './states.js';
import { expectation, phrase, span } from './strip.js';

const id = segments()[1];
let story = null;
let reads = 0;

const sluice = connect();
sluice.channel('sense/alerts').on('open', read).on('*', ({ data }) => String(data.id) === id && read());
sluice.channel('sense/incidents').on('open', read).on('*', ({ key }) => key === id && read());

async function read() {
    const mine = ++reads;
    await reading(find('said'), async () => {
        const read = await ask(`incidents/${encodeURIComponent(id)}`);
        if (mine !== reads) return; // A later request has data that is at least as new.
        story = read;
        draw();
    });
}

/** Returns the entries of the timeline in order: each has a time, a text, and the state for its mark. */
function steps() {
    const { first_failure: first, opened, alerts, comments, acknowledged, acknowledged_by: by, closed, ending } = story;
    const all = [
        { at: first, text: `${words('sense.step.first')}\n${expectation(story)}`, state: 'failing' },
        { at: opened, text: words('sense.step.opened', { after: span(Date.parse(opened) - Date.parse(first)), state: words(`sense.is.${openState(story)}`) }), state: openState(story) },
    ];
    for (const alert of alerts) {
        const { kind, notifier, result, at, due, attempts, problem } = alert;
        const name = result === 'sent' ? 'sense.alert.sent' : result === 'waiting' ? 'sense.alert.waiting' : 'sense.alert.given-up';
        const from = kind === 'closed' ? closed : opened;
        const after = at ? span(Math.max(0, Date.parse(at) - Date.parse(from))) : '';
        const text = words(name, { notifier, kind: words(`sense.alert.${kind}`), after, attempts });
        all.push({ at: at ?? due, text: problem ? `${text}\n${phrase(alert, 'problem')}` : text, state: result === 'sent' ? 'unknown' : 'slow' });
    }
    for (const { at, author, text } of comments) all.push({ at, text: `${author ? `${author}: ` : ''}${text}`, state: 'unknown' });
    if (acknowledged) all.push({ at: acknowledged, text: words('sense.acknowledged', { name: by }), state: 'maintenance' });
    if (closed) all.push({ at: closed, text: words('sense.step.closed', { ending: words(`sense.ending.${ending}`), time: span(duration(story)) }), state: ending === 'recovered' ? 'up' : 'unknown' });
    return all.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

function draw() {
    find('sense').removeAttribute('data-loading');
    const isOpen = !story.closed;
    find('head').dataset.state = isOpen ? openState(story) : story.ending === 'recovered' ? 'up' : 'unknown';
    set(find('headline-sign'), isOpen ? SIGNS[openState(story)] : SIGNS.up);
    const time = span(duration(story));
    put(find('headline'), `sense.${isWarning(story) ? 'warning' : 'incident'}.${isOpen ? 'open' : 'closed'}`, { check: story.title ?? story.check, time });
    set(find('subline'), expectation(story));
    find('check').hidden = false;
    find('check').href = checkPage(story.check);
    find('acknowledgement').hidden = !isOpen || Boolean(story.acknowledged);
    find('timeline').replaceChildren(...steps().map(({ at, text, state }) => {
        const item = make('li');
        item.dataset.state = state;
        const when = item.appendChild(make('time', '', day(at)));
        when.dateTime = at;
        when.title = exactly(new Date(at));
        item.append(make('p', '', text));
        return item;
    }));
}

/** Sends a form, and shows the updated incident from the response. */
function sending(form, button, path, body, name) {
    find(form).addEventListener('submit', async (submit) => {
        submit.preventDefault();
        find(button).disabled = true;
        try {
            rememberName(find(name).value.trim());
            story = await ask(`incidents/${encodeURIComponent(id)}/${path}`, 'POST', body());
            reads++; // Invalidates a read in progress, whose data may be older.
            find('said').hidden = true;
            find('text').value = '';
            draw();
        } catch (error) {
            refuse(find('said'), error);
        } finally {
            find(button).disabled = false;
        }
    });
}

sending('acknowledge', 'acknowledge-send', 'acknowledge', () => ({ by: find('by').value.trim() }), 'by');
sending('comment', 'comment-send', 'comments', () => ({ author: find('author').value.trim(), text: find('text').value }), 'author');
find('by').value = find('author').value = rememberedName();
document.addEventListener('languagechange', () => story && draw());
setInterval(() => document.hidden || (story && !story.closed && draw()), 1000); // The duration grows.
