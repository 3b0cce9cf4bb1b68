// The parts around the list of a channel's page: counts, the text of an empty list, and controls.
import { announce } from '../announce.js';
import { find } from '../dom.js';
import { clear, clock, number, put, set, short, words } from '../words.js';
import { channel } from './selection.js';

/** @param view the state of the page; `fresh` is the number of new events below the visible part */
export function drawAround(view) {
    const { items, shown, filter, period, log, older } = view;
    const count = items.all.length;
    drawNew(view);
    if (filter === null) clear(find('filter-shown'));
    else put(find('filter-shown'), 'filter.shown', { shown: number(shown.length), n: number(count + (log?.looked ?? 0)) });
    drawEmpty(view, count);
    find('period').hidden = period === null;
    if (period) put(find('period-said'), 'period', { since: clock(new Date(period.since), false), until: clock(new Date(period.until), false) });
    log?.draw(!older.hasAll);
    find('older-row').hidden = view.list.isOwn && (count === 0 || shown.length === 0);
    find('columns').hidden = !view.layout?.hasColumns;
    find('columns').ariaPressed = String(view.layout?.columns !== null);
    older.draw();
}

function drawNew({ rate, fresh, list, inbox }) {
    set(find('figure-rate'), short(rate.at(Date.now())));
    if (fresh > 0) announce('events', () => words('events.new', { n: number(fresh) }));
    // A page that is paused when its channel ends can still be resumed.
    find('pause').hidden = !inbox.isPaused && !find('closed').hidden;
    find('to-newest').hidden = list.follows || fresh === 0 || inbox.isPaused;
    put(find('to-newest'), 'events.to-newest', { n: number(fresh) });
    if (inbox.isPaused && inbox.count > 0) put(find('pause-word'), 'pause.waiting', { n: number(inbox.count) });
    else put(find('pause-word'), inbox.isPaused ? 'pause.go-on' : 'pause');
}

function drawEmpty({ shown, isKnown, filter, period }, count) {
    const isWhole = filter === null && period === null;
    const isEmpty = shown.length === 0 && (isKnown || count > 0);
    find('empty').hidden = !isEmpty;
    find('empty-search').hidden = isWhole;
    find('empty-command').hidden = !isWhole || channel === null;
    if (isEmpty) put(find('empty-said'), isWhole ? 'events.empty' : 'filter.none', { n: number(count) });
    find('search-row').hidden = isWhole;
}
