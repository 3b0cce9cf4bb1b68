// The selection that the address of the page asks for: the channels, by its path or names, and where to begin.
import { HUB } from '../hub.js';

const FIRST_EVENTS = 200;
const BEGINS = ['after', 'since', 'last', 'snapshot'];

const asked = new URLSearchParams(location.search);
const names = asked.getAll('name');
const path = decodeURIComponent(location.pathname.slice(HUB.pathname.length)).replace(/^channels\/?/, '');
const single = names.length === 1 ? names[0] : path;
const begins = BEGINS.filter((name) => asked.has(name)).map((name) => [name, asked.get(name)]);

/** The path and query of the channels. */
export const selection = location.pathname + (names.length > 0 ? `?${new URLSearchParams(names.map((each) => ['name', each]))}` : '');

/** The one channel; null: several. */
export const channel = names.length > 1 || single.split('/').some((each) => each.includes('*')) ? null : single;

/** Parameters that every request repeats. */
export const filters = Object.fromEntries(['type', 'conflate', 'coalesce'].filter((name) => asked.has(name)).map((name) => [name, asked.get(name)]));

/** The parameters of the first request. */
export const from = begins.length > 0 ? { ...filters, ...Object.fromEntries(begins) } : { ...filters, last: FIRST_EVENTS };

/** Whether fewer events than this are all that there are; null: the address begins elsewhere. */
export const firstEvents = begins.length > 0 ? null : FIRST_EVENTS;
