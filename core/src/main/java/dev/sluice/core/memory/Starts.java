package dev.sluice.core.memory;

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
    private final Reading reading;

    Starts(Store store, Reading reading) {
        this.store = store;
        this.reading = reading;
    }

    /// Whether it can be found without walking far.
    boolean isQuick(Start start, Selection selection, Filter filter) {
        boolean everythingCounts = selection.isNamed() && filter.types().isEmpty() && !filter.conflate();
        return switch (start) {
            case Start.Latest latest -> true;
            case Start.Earliest earliest -> true;
            case Start.Since since -> true;
            case Start.Last last -> everythingCounts || store.hub.kept() <= store.limits.walkMax();
            case Start.Before before -> everythingCounts || store.hub.kept() <= store.limits.walkMax();
        };
    }

    Place locate(Start start, Selection selection, Filter filter) {
        Cursor known = store.cursor(store.marks.newest()); // First, so that nothing dropped from now on is known.
        Cursor head = store.head();
        Filter unbound = new Filter(filter.types(), filter.conflate(), null);
        return switch (start) {
            case Start.Latest latest -> Place.at(head);
            case Start.Earliest earliest -> new Place(earliest(selection, head), known);
            case Start.Since since -> new Place(since(selection, since.timeMs(), head), known);
            case Start.Last last when last.count() < 1 -> Place.at(head);
            case Start.Last last -> new Place(back(head.position(), last.count(), head, selection, unbound), known);
            case Start.Before(Cursor cursor, int count) -> {
                // Just before the event, or at the head if it lies beyond.
                long from = Math.clamp(cursor.position() - 1, 0, head.position());
                Cursor begin = count < 1 ? store.cursor(from) : back(from, count, head, selection, unbound);
                yield new Place(begin, known);
            }
        };
    }

    /// Where a reader goes on whose cursor means nothing here: with the oldest that the log keeps of any
    /// channel.
    Place oldest() {
        Cursor known = store.cursor(store.marks.newest());
        Cursor head = store.head();
        return new Place(before(store.hub.after(0, head.position()).next(), head), known);
    }

    private Cursor earliest(Selection selection, Cursor head) {
        return before(reading.forwards(selection, 0, head.position()).next(), head);
    }

    private Cursor since(Selection selection, long timeMs, Cursor head) {
        if (!selection.isNamed()) return before(store.hub.firstNotOlder(timeMs, head.position()), head);
        Entry first = null;
        for (Pattern pattern : selection.patterns()) {
            Channel channel = store.channel(pattern.value());
            Entry entry = channel == null ? null : channel.track.firstNotOlder(timeMs, head.position());
            if (entry != null && (first == null || entry.id().isBefore(first.id()))) first = entry;
        }
        return before(first, head);
    }

    /// Just before the last of so many events on the way back; if there are fewer, with the oldest kept.
    private Cursor back(long from, int count, Cursor head, Selection selection, Filter filter) {
        Sieve sieve = new Sieve(filter, store);
        boolean named = selection.isNamed();
        Way way = reading.backwards(selection, from);
        int left = count;
        for (Entry entry = way.next(); entry != null; entry = way.next()) {
            boolean counts = entry instanceof Event && (named || selection.matches(entry.channel()));
            if (counts && sieve.passes(entry) && --left == 0) return before(entry, head);
        }
        return earliest(selection, head);
    }

    private Cursor before(@Nullable Entry entry, Cursor head) {
        return entry == null ? head : store.cursor(entry.id().position() - 1);
    }
}
