package dev.sluice.core.store;

import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.SearchRefused;
import dev.sluice.core.log.Start;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where a reader begins. Takes no lock. One question, answered in slices by one thread after the other.
///
/// A place found here lies just before an entry, or at the head. Its reader knows of what was dropped before we
/// looked, and will be told of what is dropped while it comes.
final class Starts {
    private final Store store;
    private final Start start;
    private final Selection selection;
    private final Filter filter;
    private final Cursor head;
    private final Cursor known;

    /// Of a search backwards: where it goes on, how many events it still needs, how many entries it has looked at.
    private long from;

    private int left;
    private long looked;

    Starts(Store store, Start start, Selection selection, Filter filter) {
        this.store = store;
        this.start = start;
        this.selection = selection;
        this.filter = new Filter(filter.types(), filter.conflate(), null);
        known = store.cursor(store.marks.newest()); // First, so that nothing dropped from now on is known.
        head = store.head();
        switch (start) {
            case Start.Last last -> begin(head.position(), last.count());
            case Start.Before(Cursor cursor, int count) -> begin(cursor.position() - 1, count);
            case Start.Latest _, Start.Earliest _, Start.Since _ -> begin(head.position(), 0);
        }
    }

    /// Backwards from a place, or from the head if that lies beyond.
    private void begin(long position, int count) {
        from = Math.clamp(position, 0, head.position());
        left = count;
    }

    /// The place, or null: there is more to look at. Looks at some thousand entries.
    ///
    /// @param source may change from call to call
    /// @throws SearchRefused where looking on would be more than one search may do
    @Nullable
    Place slice(Supplier<Source> source) {
        Source in = source.get();
        long goneFrom = from;
        int goneLeft = left;
        Place found = slice(in, new Reading(store, in));
        if (source.get().equals(in)) return found;
        from = goneFrom; // Entries have left memory while we looked there: once more, where all of them are.
        left = goneLeft;
        return null;
    }

    /// Where a reader goes on whose cursor means nothing here: with the oldest that the log keeps of any channel.
    static Place oldest(Store store, Source source) {
        Cursor known = store.cursor(store.marks.newest()); // First, as above.
        Cursor head = store.head();
        try (Way way = source.after(0, head.position())) {
            Entry first = firstKept(store, way);
            return new Place(first == null ? head : before(store, first), known);
        }
    }

    /// Of a way through all channels. What was deleted and is still going does no harm in front, but who begins behind
    /// it need not go through it.
    private static @Nullable Entry firstKept(Store store, Way way) {
        Entry first = way.next();
        for (int i = 0; first != null && i < store.limits.lookMax() && store.isDeleted(first); i++) first = way.next();
        return first;
    }

    private @Nullable Place slice(Source source, Reading reading) {
        return switch (start) {
            case Start.Latest _ -> Place.at(head);
            case Start.Earliest _ -> earliest(reading);
            case Start.Since(long timeMs) -> place(since(source, timeMs));
            case Start.Last(int count) when count < 1 -> Place.at(head);
            case Start.Before(Cursor _, int count) when count < 1 -> place(store.cursor(from));
            case Start.Last _, Start.Before _ -> back(source, reading);
        };
    }

    private Place place(Cursor cursor) {
        return new Place(cursor, known);
    }

    private Place earliest(Reading reading) {
        try (Reading.Scan scan = reading.forwards(selection, 0, head.position(), known.position())) {
            return place(before(scan.isExact() ? scan.way().next() : firstKept(store, scan.way())));
        }
    }

    private Cursor since(Source source, long timeMs) {
        long upTo = head.position();
        if (!selection.isNamed()) return before(source.firstNotOlder(null, timeMs, upTo));
        Entry first = null;
        for (Pattern pattern : selection.patterns()) {
            Channel channel = store.channel(pattern.value());
            Entry entry = channel == null ? null : source.firstNotOlder(channel, timeMs, upTo);
            if (entry != null && (first == null || entry.id().isBefore(first.id()))) first = entry;
        }
        return before(first);
    }

    /// Just before the last of so many events on the way back; if there are fewer, with the oldest kept.
    private @Nullable Place back(Source source, Reading reading) {
        Sieve sieve = new Sieve(filter, store, source);
        try (Reading.Scan scan = reading.backwards(selection, from, known.position())) {
            for (int i = 0; i < store.limits.lookMax(); i++) {
                Entry entry = scan.way().next();
                if (entry == null) return earliest(reading);
                boolean counts = entry instanceof Event && reading.isWanted(scan, entry, selection);
                if (counts && sieve.passes(entry) && --left == 0) return place(before(entry));
                from = entry.id().position() - 1;
            }
        }
        looked += store.limits.lookMax();
        if (looked < store.limits.walkMax()) return null;
        throw new SearchRefused(
                SearchRefused.Reason.TOO_LONG,
                "searching took too long: of the newest " + looked
                        + " events too few are wanted. Name channels in full,"
                        + " leave out type=, or use after= or since=");
    }

    private Cursor before(@Nullable Entry entry) {
        return entry == null ? head : before(store, entry);
    }

    private static Cursor before(Store store, Entry entry) {
        return store.cursor(entry.id().position() - 1);
    }
}
