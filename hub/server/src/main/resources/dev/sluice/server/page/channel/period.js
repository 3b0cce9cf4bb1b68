// The period that the user has chosen in the histogram; the address contains it.
import { placeAll, placed } from '../place.js';

/** The period in the address, as `{ since, until }` in milliseconds; null for all times. */
export function placedPeriod() {
    const period = { since: Date.parse(placed('since')), until: Date.parse(placed('until')) };
    return period.since < period.until ? period : null;
}

export function placePeriod(period) {
    const at = (time) => (period ? new Date(time).toISOString() : '');
    placeAll({ since: at(period?.since), until: at(period?.until), whole: '' });
}

/** Returns true if the item is an event of this period. */
export function isWithin({ event }, period) {
    const time = event ? Date.parse(event.time) : NaN;
    return time >= period.since && time < period.until;
}
