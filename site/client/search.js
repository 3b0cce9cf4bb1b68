/** The page of the search: shows what it finds while one types. */
import { createIndex, find } from './search-index.js';

const SITE = new URL('..', import.meta.url);
const EXCERPT = 180;

const results = document.getElementById('results');
const said = document.getElementById('said');
const all = document.getElementById('all');
const input = document.getElementById('q');
const { none, failed, parts } = document.querySelector('.results').dataset;

async function load() {
    const files = await Promise.all(parts.split(' ').map(async part => (await fetch(new URL(part, SITE))).json()));
    return createIndex(files.flat());
}

/** The text around the first word that was found, with all of them marked. */
function excerpt(text, terms) {
    const lower = text.toLowerCase();
    const places = terms.map(term => lower.indexOf(term)).filter(place => place >= 0);
    const from = places.length ? Math.max(0, Math.min(...places) - 40) : 0;
    return marked((from ? '… ' : '') + text.slice(from, from + EXCERPT) + (from + EXCERPT < text.length ? ' …' : ''), terms);
}

function marked(text, terms) {
    const pattern = new RegExp(`((?:${terms.join('|')})[a-z]*)`, 'giu'); // Terms are letters and digits, and stems of words.
    return text.split(pattern).map((part, i) => (i % 2 ? Object.assign(document.createElement('mark'), { textContent: part }) : part));
}

function row({ url, page, title, text, terms }) {
    const link = Object.assign(document.createElement('a'), { href: new URL(url, SITE) });
    link.append(...marked(title, terms));
    const where = Object.assign(document.createElement('span'), { className: 'quiet', textContent: page === title ? '' : page });
    const some = document.createElement('p');
    some.append(...excerpt(text, terms));
    const item = document.createElement('li');
    item.append(link, ' ', where, some);
    return item;
}

function show(index) {
    const question = input.value.trim();
    const found = question ? find(index, question) : [];
    results.replaceChildren(...found.map(row));
    results.hidden = !found.length;
    all.hidden = Boolean(question);
    said.textContent = question && !found.length ? none : '';
    const address = new URL(location);
    if (question) address.searchParams.set('q', question);
    else address.searchParams.delete('q');
    history.replaceState(null, '', address);
}

input.value = new URL(location).searchParams.get('q') ?? '';
if (input.value) {
    said.textContent = said.dataset.loading;
    all.hidden = true;
}
try {
    const index = await load();
    show(index);
    input.oninput = () => show(index);
    input.form.onsubmit = event => event.preventDefault();
    input.focus();
} catch (reason) {
    console.error(reason);
    said.textContent = failed;
    all.hidden = false;
}
document.documentElement.dataset.ready = '';
