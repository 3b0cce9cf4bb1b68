// Planned maintenance: a list, and a form for a new window.
import { clock, exactly, find, make, put, words } from '../../page/program.js';
import { ask, doing, refuse } from './api.js';

const HOUR_MS = 3_600_000;

async function read() {
    try {
        const [{ windows }, { checks }] = await Promise.all([ask('maintenance'), ask('checks')]);
        find('windows').replaceChildren(...windows.map(row));
        find('sense').removeAttribute('data-loading');
        if (windows.length === 0) find('windows').append(put(make('li', 'quiet'), 'sense.maintenance.none'));
        const before = new Set(chosen());
        find('checks').replaceChildren(...checks.map((check) => choice(check, before.has(check.name))));
        search();
    } catch (error) {
        refuse(find('said'), error);
    }
}

/** Returns the names of the selected checks. */
const chosen = () => [...find('checks').querySelectorAll(':checked')].map(({ value }) => value);

function choice({ name, title }, isChosen) {
    const label = make('label');
    const box = label.appendChild(make('input'));
    Object.assign(box, { type: 'checkbox', value: name, checked: isChosen });
    label.append(title);
    return label;
}

/** Shows the checks that match the search and those that are selected. */
function search() {
    const text = find('search').value.trim().toLowerCase();
    for (const label of find('checks').children) {
        const { value, checked } = label.firstChild;
        label.hidden = !checked && !`${value} ${label.textContent}`.toLowerCase().includes(text);
    }
}
find('search').addEventListener('input', search);

function row({ id, checks, begins, ends, reason }) {
    const item = make('li');
    const when = item.appendChild(make('p', '', `${clock(new Date(begins), false)} – ${clock(new Date(ends), false)}`));
    when.title = `${exactly(new Date(begins))}\n${exactly(new Date(ends))}`;
    item.append(make('p', 'quiet', [checks.length === 0 ? words('sense.maintenance.all') : checks.join(', '), reason].filter(Boolean).join(' · ')));
    const remove = item.appendChild(make('p')).appendChild(make('button', 'small'));
    remove.type = 'button';
    put(remove, Date.parse(begins) <= Date.now() ? 'sense.maintenance.end' : 'sense.maintenance.cancel');
    doing(remove, 'said', async () => {
        await ask(`maintenance/${id}`, 'DELETE');
        await read();
    });
    return item;
}

/** Returns a time in the format of the field: local time without a zone. */
const local = (ms) => new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

find('plan').addEventListener('submit', async (submit) => {
    submit.preventDefault();
    find('send').disabled = true;
    try {
        await ask('maintenance', 'POST', {
            checks: chosen(),
            begins: new Date(find('begins').value).toISOString(),
            ends: new Date(find('ends').value).toISOString(),
            reason: find('reason').value,
        });
        find('said').hidden = true;
        await read();
    } catch (error) {
        refuse(find('said'), error);
    } finally {
        find('send').disabled = false;
    }
});
find('begins').value = local(Date.now());
find('ends').value = local(Date.now() + HOUR_MS);
document.addEventListener('languagechange', read);
read();
