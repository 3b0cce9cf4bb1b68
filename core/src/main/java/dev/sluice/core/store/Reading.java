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
    private final int marksMax;

    /// For a thread that must not take long.
    Reading(Store store, Source source) {
        this(store, source, store.limits.lookMax());
    }

    /// @param marksMax how many marks a wildcard's read may look at
    Reading(Store store, Source source, int marksMax) {
        this.store = store;
        this.source = source;
        this.marksMax = marksMax;
    }

    /// Entries in the order of positions.
    ///
    /// @param isExact whether all are of the selection's channels; else those of all channels are shown, also
    ///                deleted ones
    record Scan(Way way, boolean isExact) implements AutoCloseable {
        @Override
        public void close() {
            way.close();
        }
    }

    /// Null: there are too many marks to look at. Of entries it looks at [Limits#lookMax] at most, and at one channel
    /// after the other where the selection has few of them.
    @Nullable
    Read read(Place place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        if (entriesMax < 1) throw new IllegalArgumentException("entriesMax must be 1 or more, was " + entriesMax);
        long checked = store.marks.newest();
        News before = news(place, selection, checked);
        if (before == null) return null;
        if (before.mark.at() > 0) return missing(place, selection, before);
        Read found = find(place.cursor(), checked, selection, filter, entriesMax, bytesMax);
        // What was dropped while we looked may be what we did not see.
        long now = store.marks.newest();
        if (now == checked) return found;
        News meanwhile = news(place, selection, now);
        if (meanwhile == null) return null;
        return meanwhile.mark.at() > 0 ? missing(place, selection, meanwhile) : found;
    }

    private Read find(Cursor from, long moment, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        Cursor head = Cursor.later(store.head(), from);
        try (Scan scan = forwards(selection, from.position(), head.position(), moment)) {
            return find(scan, from, head, selection, new Sieve(filter, store, source), entriesMax, bytesMax);
        }
    }

    private Read find(
            Scan scan, Cursor from, Cursor head, Selection selection, Sieve sieve, int entriesMax, long bytesMax) {
        List<Entry> found = new ArrayList<>();
        long bytes = 0;
        Cursor next = from;
        for (int looked = 0; looked < store.limits.lookMax() && found.size() < entriesMax; looked++) {
            Entry entry = scan.way.next();
            if (entry == null) return found.isEmpty() ? new Read.CaughtUp(head) : new Read.Batch(found, head);
            if (isWanted(scan, entry, selection) && sieve.passes(entry)) {
                bytes += Size.data(entry);
                if (bytes > bytesMax && !found.isEmpty()) break;
                found.add(entry);
            }
            next = entry.id();
        }
        return new Read.Batch(found, next);
    }

    /// Whether an entry is one of the selection's.
    boolean isWanted(Scan scan, Entry entry, Selection selection) {
        return scan.isExact || (selection.matches(entry.channel()) && !store.isDeleted(entry));
    }

    /// What a reader does not know of, as of a moment.
    private record News(Mark mark, long now) {}

    /// Null: there are too many marks to look at.
    ///
    /// @param checked a moment up to which everything dropped is marked
    private @Nullable News news(Place place, Selection selection, long checked) {
        long from = place.cursor().position();
        long known = place.known().position();
        long now = checked;
        Mark news = store.marks.news(from, known, selection, marksMax, store);
        while (news != null && news.at() > now) {
            // It was marked just now. Told as of before, it would be told again; told as of then, what others lost in
            // between might be passed over: so look again, when all of it is shown, which is a moment away.
            store.marks.await(news.at());
            now = news.at();
            news = store.marks.news(from, known, selection, marksMax, store);
        }
        return news == null ? null : new News(news, now);
    }

    private Read missing(Place place, Selection selection, News news) {
        Mark mark = news.mark;
        Gap.Reason reason = mark.deletion() ? Gap.Reason.DELETED : Gap.Reason.TRIMMED;
        // Never over what is kept: then the reader stays where it is, and knows.
        boolean skips = isEmpty(selection, place.cursor().position(), mark.position(), news.now);
        Cursor resume = skips ? store.cursor(mark.position()) : place.cursor();
        Gap gap = new Gap(place.cursor().text(), resume, reason);
        return new Read.Missing(gap, new Place(resume, store.cursor(news.now)));
    }

    private boolean isEmpty(Selection selection, long from, long upTo, long moment) {
        try (Scan scan = forwards(selection, from, upTo, moment)) {
            for (int looked = 0; looked < store.limits.lookMax(); looked++) {
                Entry entry = scan.way.next();
                if (entry == null) return true;
                if (isWanted(scan, entry, selection)) return false;
            }
            return false; // We can't say, so nothing is skipped.
        }
    }

    /// @param moment nothing of the selection's that was dropped up to here is met
    Scan forwards(Selection selection, long after, long upTo, long moment) {
        Going going = going(moment);
        List<Channel> channels = channels(selection, upTo - after);
        if (channels == null) return new Scan(known(source.after(after, upTo), going, moment, true), false);
        List<Way> ways = new ArrayList<>(channels.size());
        for (Channel channel : channels) {
            long first = channel.first();
            if (first > upTo) continue;
            ways.add(
                    first <= after + 1
                            ? source.after(channel, after, upTo)
                            : new Way.Later(first, () -> source.after(channel, after, upTo)));
        }
        return new Scan(known(Way.merged(ways, true), going, moment, false), true);
    }

    /// The same backwards.
    Scan backwards(Selection selection, long from, long moment) {
        Going going = going(moment);
        List<Channel> channels = channels(selection, from);
        if (channels == null) return new Scan(known(source.back(from), going, moment, true), false);
        List<Way> ways = new ArrayList<>(channels.size());
        for (Channel channel : channels) {
            long last = channel.last();
            ways.add(last >= from ? source.back(channel, from) : new Way.Later(last, () -> source.back(channel, from)));
        }
        return new Scan(known(Way.merged(ways, false), going, moment, false), true);
    }

    /// The channels to go through one by one; null: all entries in turn, as there are few, or too many channels.
    ///
    /// @param far how many entries that may be at most
    private @Nullable List<Channel> channels(Selection selection, long far) {
        if (!selection.isNamed()) return far <= store.limits.lookMax() ? null : store.kept(selection);
        List<Channel> channels = new ArrayList<>(selection.patterns().size());
        for (Pattern pattern : selection.patterns()) {
            Channel channel = store.channel(pattern.value());
            if (channel != null) channels.add(channel);
        }
        return channels;
    }

    /// What still vanishes of what was dropped up to a moment; null: all has. To be asked before a way is begun: one
    /// through a backing shows for ever what was there when it began.
    private @Nullable Going going(long moment) {
        Going going = store.marks.going(); // First: if that moment is not over then, this is of it.
        return store.marks.settled() >= moment ? null : going;
    }

    private Way known(Way way, @Nullable Going going, long moment, boolean ofAll) {
        return going == null ? way : new Unsettled(way, store, moment, going, ofAll);
    }
}
