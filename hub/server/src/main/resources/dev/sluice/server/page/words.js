// Texts and figures in the user's language. Elements with messages are updated when the language changes.
import { messages } from './messages.js';

export const languages = ['en', 'zh'];
const root = document.documentElement;
const own = document.getElementById('words'); // A program's page has further texts.
if (own) Object.assign(messages, JSON.parse(own.textContent));
let column = Math.max(0, languages.indexOf(root.dataset.language ?? root.lang));

/** The current language, as `en`. */
export const language = () => languages[column];

/** A message with its values filled in: `{n}` is a value, `{n|channel|channels}` the word for one and for others. */
export function words(name, values = {}) {
    return messages[name][column].replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, value, one, others) => (one === undefined ? values[value] : String(values[value]) === '1' ? one : others));
}

/** A message, or this text if there is none, for example for a name from a newer hub. */
export const wordsOr = (name, text) => (name in messages ? words(name) : text);

/** Shows a message in an element. */
export function put(element, name, values) {
    element.dataset.t = name;
    if (values) element.dataset.values = JSON.stringify(values);
    else delete element.dataset.values;
    set(element, words(name, values));
    return element;
}

/** Clears an element. */
export function clear(element) {
    delete element.dataset.t;
    set(element, '');
}

/** Shows a text in an element; leaves the element untouched if the text has not changed. */
export function set(element, text) {
    if (element.textContent !== text) element.textContent = text;
}

/** Shows everything again in another language. */
export function speak(language) {
    column = Math.max(0, languages.indexOf(language));
    root.lang = languages[column];
    for (const each of document.querySelectorAll('[data-t]')) {
        set(each, words(each.dataset.t, JSON.parse(each.dataset.values ?? '{}')));
    }
    for (const attribute of ['placeholder', 'aria-label']) {
        for (const each of document.querySelectorAll(`[data-t-${attribute}]`)) {
            each.setAttribute(attribute, words(each.getAttribute(`data-t-${attribute}`)));
        }
    }
    document.dispatchEvent(new Event('languagechange'));
}

const formats = new Map();

/** Formats a number or a date. Formatters are cached, because creating one takes longer than drawing a row. */
export function formatted(value, options, Format = Intl.NumberFormat) {
    const name = language() + JSON.stringify(options);
    if (!formats.has(name)) formats.set(name, new Format(language(), options));
    return formats.get(name).format(value);
}

export const number = (n) => formatted(n, {});

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** Formats a size, as "1.2 kB". */
export function bytes(n) {
    if (n < 1000) return `${number(n)} B`;
    const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(n) / 3));
    const size = n / 1000 ** step;
    return formatted(size, { style: 'unit', unit: UNITS[step], unitDisplay: 'short', maximumFractionDigits: size < 100 ? 1 : 0 });
}

/** Formats an age, as "3 s". */
export function age(ms) {
    const seconds = Math.floor(ms / 1000);
    if (seconds < 1) return words('age.now');
    if (seconds < 60) return words('age.seconds', { n: seconds });
    if (seconds < 3600) return words('age.minutes', { n: Math.floor(seconds / 60) });
    if (seconds < 48 * 3600) return words('age.hours', { n: Math.floor(seconds / 3600) });
    return words('age.days', { n: Math.floor(seconds / 86400) });
}

/** Formats a figure in three digits, as "41.2K"; smaller ones in full. */
export const short = (n) => formatted(n, n < 10_000 ? { maximumFractionDigits: n < 10 ? 1 : 0 } : { notation: 'compact', maximumSignificantDigits: 3 });

/** Formats the time of day in the user's zone, with the day if it is not today. */
export function clock(date, hasMillis = true) {
    const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
    if (hasMillis) time.fractionalSecondDigits = 3;
    const isToday = date.toDateString() === new Date().toDateString();
    const options = isToday ? time : { ...time, month: '2-digit', day: '2-digit' };
    return formatted(date, options, Intl.DateTimeFormat);
}

/** Formats the exact time for a tooltip, in the user's zone and in UTC. */
export function exactly(date) {
    return `${formatted(date, { dateStyle: 'full', timeStyle: 'long' }, Intl.DateTimeFormat)}\n${date.toISOString()}`;
}
