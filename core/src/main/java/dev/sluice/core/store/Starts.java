package dev.sluice.core.store;

import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Start;
import org.jspecify.annotations.Nullable;

/// Where readers begin. Takes no lock.
///
/// A place found here lies just before an entry, or at the head. Its reader knows of what was dropped before we
/// looked, and will be told of what is dropped while it comes.
final class Starts {
    private final Store store;
    private final Source source;
    private final Reading reading;

    Starts(Store store, Source source) {
        this.store = store;
        this.source = source;
        reading = new Reading(store, source);
    }

    /// Whether it can be found without walking far.
    boolean isQuick(Start start, Selection selection, Filter filter) {
        boolean everythingCounts = selection.isNamed() && filter.types().isEmpty() && !filter.conflate();
        return switch (start) {
            case Start.Latest latest -> true;
            case Start.Earliest earliest -> true;
            case Start.Since since -> true;
            case Start.Last last -> everythingCounts || source.size() <= store.limits.walkMax();
            case Start.Before before -> everythingCounts || source.size() <= store.limits.walkMax();
        };
    }

    /// How the log stood when we began to look.
    private record Now(Cursor head, long moment) {}

    private Now now() {
        long moment = store.marks.newest(); // First, so that nothing dropped from now on is known.
        return new Now(store.head(), moment);
    }

    private Place place(Cursor cursor, Now now) {
        return new Place(cursor, store.cursor(now.moment));
    }

    Place locate(Start start, Selection selection, Filter filter) {
        Now now = now();
        Filter unbound = new Filter(filter.types(), filter.conflate(), null);
        return switch (start) {
            case Start.Latest latest -> Place.at(now.head);
            case Start.Earliest earliest -> place(earliest(selection, now), now);
            case Start.Since since -> place(since(selection, since.timeMs(), now), now);
            case Start.Last last when last.count() < 1 -> Place.at(now.head);
            case Start.Last last -> place(back(now.head.position(), last.count(), selection, unbound, now), now);
            case Start.Before(Cursor cursor, int count) -> {
                // Just before the event, or at the head if it lies beyond.
                long from = Math.clamp(cursor.position() - 1, 0, now.head.position());
                yield place(count < 1 ? store.cursor(from) : back(from, count, selection, unbound, now), now);
            }
        };
    }

    /// Where a reader goes on whose cursor means nothing here: with the oldest that the log keeps of any
    /// channel.
    Place oldest() {
        Now now = now();
        try (Way way = source.after(0, now.head.position())) {
            return place(before(way.next(), now), now);
        }
    }

    private Cursor earliest(Selection selection, Now now) {
        try (Way way = reading.forwards(selection, 0, now.head.position(), now.moment)) {
            return before(way.next(), now);
        }
    }

    private Cursor since(Selection selection, long timeMs, Now now) {
        long upTo = now.head.position();
        if (!selection.isNamed()) return before(source.firstNotOlder(null, timeMs, upTo), now);
        Entry first = null;
        for (Pattern pattern : selection.patterns()) {
            Channel channel = store.channel(pattern.value());
            Entry entry = channel == null ? null : source.firstNotOlder(channel, timeMs, upTo);
            if (entry != null && (first == null || entry.id().isBefore(first.id()))) first = entry;
        }
        return before(first, now);
    }

    /// Just before the last of so many events on the way back; if there are fewer, with the oldest kept.
    private Cursor back(long from, int count, Selection selection, Filter filter, Now now) {
        Sieve sieve = new Sieve(filter, store, source);
        boolean named = selection.isNamed();
        try (Way way = reading.backwards(selection, from, now.moment)) {
            int left = count;
            for (Entry entry = way.next(); entry != null; entry = way.next()) {
                boolean counts = entry instanceof Event && (named || selection.matches(entry.channel()));
                if (counts && sieve.passes(entry) && --left == 0) return before(entry, now);
            }
        }
        return earliest(selection, now);
    }

    private Cursor before(@Nullable Entry entry, Now now) {
        return entry == null ? now.head : store.cursor(entry.id().position() - 1);
    }
}
