// A search through the whole log, on the hub: `GET /search/NAME`.
import { HUB } from '../hub.js';
import { address, ask, parse } from '../requests.js';
import { lines, told } from '../transports.js';

/** The path and query of the search for the path and query of channels. */
export const searchPath = (selection) => HUB.pathname + selection.slice(HUB.pathname.length).replace(/^channels/, 'search');

/** Yields the messages of an answer as they arrive: `{ event }`, `{ progress }` and `{ end }`. Throws Refused. */
export async function* search(selection, parameters, signal) {
    const given = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== ''));
    const answer = await ask(address(searchPath(selection), given), { signal });
    for await (const some of lines(answer)) {
        for (const line of some) {
            const said = told(parse(line));
            if (said.failure) throw said.failure;
            yield said;
        }
    }
}
