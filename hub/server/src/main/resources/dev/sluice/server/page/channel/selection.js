// The selection in the page's address: the channels, by path or names, and the start.
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

/** The channel if there is only one; null if there are several. */
export const channel = names.length > 1 || single.split('/').some((each) => each.includes('*')) ? null : single;

/** Parameters that every request repeats. Not coalesce: the ids of joined events are no places to page back from. */
export const filters = Object.fromEntries(['type', 'conflate'].filter((name) => asked.has(name)).map((name) => [name, asked.get(name)]));

/** The parameters of the first request. */
export const from = begins.length > 0 ? { ...filters, ...Object.fromEntries(begins) } : { ...filters, last: FIRST_EVENTS };

/** If fewer events than this arrive, the page has all kept events; null if the address sets another start. */
export const firstEvents = begins.length > 0 ? null : FIRST_EVENTS;
