package dev.sluice.core.store;

import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Entry;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Read;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a reader finds behind its place, in one source. Takes no lock: the head is read first and the marks last, see
/// [Store].
final class Reading {
    private final Store store;
    private final Source source;

    Reading(Store store, Source source) {
        this.store = store;
        this.source = source;
    }

    Read read(Place place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        if (entriesMax < 1) throw new IllegalArgumentException("entriesMax must be 1 or more, was " + entriesMax);
        long checked = store.marks.newest();
        Read missing = missing(place, selection, checked);
        if (missing != null) return missing;
        Read found = find(place.cursor(), checked, selection, filter, entriesMax, bytesMax);
        // What was dropped while we looked may be what we did not see.
        long now = store.marks.newest();
        missing = now == checked ? null : missing(place, selection, now);
        return missing != null ? missing : found;
    }

    private Read find(Cursor from, long moment, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        Cursor head = Cursor.later(store.head(), from);
        try (Way way = forwards(selection, from.position(), head.position(), moment)) {
            return find(way, from, head, selection, new Sieve(filter, store, source), entriesMax, bytesMax);
        }
    }

    private Read find(
            Way way, Cursor from, Cursor head, Selection selection, Sieve sieve, int entriesMax, long bytesMax) {
        boolean named = selection.isNamed();
        List<Entry> found = new ArrayList<>();
        long bytes = 0;
        Cursor next = from;
        for (int looked = 0; looked < store.limits.lookMax() && found.size() < entriesMax; looked++) {
            Entry entry = way.next();
            if (entry == null) return found.isEmpty() ? new Read.CaughtUp(head) : new Read.Batch(found, head);
            if ((named || selection.matches(entry.channel())) && sieve.passes(entry)) {
                bytes += Size.data(entry);
                if (bytes > bytesMax && !found.isEmpty()) break;
                found.add(entry);
            }
            next = entry.id();
        }
        return new Read.Batch(found, next);
    }

    /// @param checked a moment up to which everything dropped is marked
    private @Nullable Read missing(Place place, Selection selection, long checked) {
        long from = place.cursor().position();
        long now = checked;
        Mark news = store.marks.news(from, place.known().position(), selection, store::channel);
        while (news != null && news.at() > now) {
            // It was marked just now. Told as of before, it would be told again; told as of then, what others lost in
            // between might be passed over: so look again, when all of it is shown, which is a moment away.
            while (store.marks.newest() < news.at()) Thread.onSpinWait();
            now = news.at();
            news = store.marks.news(from, place.known().position(), selection, store::channel);
        }
        if (news == null) return null;
        Gap.Reason reason = news.deletion() ? Gap.Reason.DELETED : Gap.Reason.TRIMMED;
        // Never over what is kept: then the reader stays where it is, and knows.
        boolean skips = isEmpty(selection, from, news.position(), now);
        Cursor resume = skips ? store.cursor(news.position()) : place.cursor();
        Gap gap = new Gap(place.cursor().text(), resume, reason);
        return new Read.Missing(gap, new Place(resume, store.cursor(now)));
    }

    private boolean isEmpty(Selection selection, long from, long upTo, long moment) {
        try (Way way = forwards(selection, from, upTo, moment)) {
            if (selection.isNamed()) return way.next() == null;
            for (int looked = 0; looked < store.limits.lookMax(); looked++) {
                Entry entry = way.next();
                if (entry == null) return true;
                if (selection.matches(entry.channel())) return false;
            }
            return false; // We can't say, so nothing is skipped.
        }
    }

    /// Exactly the selection's entries if it is [Selection#isNamed], else those of all channels.
    ///
    /// @param moment nothing that was dropped up to here is met
    Way forwards(Selection selection, long after, long upTo, long moment) {
        Going going = going(moment);
        if (!selection.isNamed()) return known(source.after(after, upTo), going, moment);
        List<Way> ways = new ArrayList<>(selection.patterns().size());
        for (Pattern pattern : selection.patterns()) {
            Channel channel = store.channel(pattern.value());
            if (channel != null) ways.add(source.after(channel, after, upTo));
        }
        return known(Way.merged(ways, true), going, moment);
    }

    /// The same backwards.
    Way backwards(Selection selection, long from, long moment) {
        Going going = going(moment);
        if (!selection.isNamed()) return known(source.back(from), going, moment);
        List<Way> ways = new ArrayList<>(selection.patterns().size());
        for (Pattern pattern : selection.patterns()) {
            Channel channel = store.channel(pattern.value());
            if (channel != null) ways.add(source.back(channel, from));
        }
        return known(Way.merged(ways, false), going, moment);
    }

    /// What still vanishes of what was dropped up to a moment; null: all has. To be asked before a way is begun: one
    /// through a backing shows for ever what was there when it began.
    private @Nullable Going going(long moment) {
        Going going = store.marks.going(); // First: if that moment is not over then, this is of it.
        return store.marks.settled() >= moment ? null : going;
    }

    private Way known(Way way, @Nullable Going going, long moment) {
        return going == null ? way : new Unsettled(way, store, moment, going);
    }
}
