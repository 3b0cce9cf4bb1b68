package dev.sluice.core.index;

import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.SearchLimit;
import dev.sluice.core.log.SearchRejectedException;
import dev.sluice.core.log.Start;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Finds the place where a reader starts, in slices, each of which may run on another thread. Takes no lock.
///
/// The place found is just before an entry, or at the head. It knows of every drop before the search began; the
/// reader gets gaps for later drops.
final class StartLocator {
    private final Index index;
    private final Start start;
    private final Selection selection;
    private final Filter filter;
    private final Cursor head;
    private final Cursor known;

    /// State of a backward search: the position to continue from, events still to find, entries examined.
    private long from;

    private int left;
    private long examined;

    StartLocator(Index index, Start start, Selection selection, Filter filter) {
        this.index = index;
        this.start = start;
        this.selection = selection;
        this.filter = new Filter(filter.types(), filter.conflate(), null);
        known = index.cursor(index.marks.newest()); // First, so that later drops are not known.
        head = index.head();
        switch (start) {
            case Start.Last last -> begin(head.position(), last.count());
            case Start.Before(Cursor cursor, int count) -> begin(cursor.position() - 1, count);
            case Start.Latest _, Start.Earliest _, Start.Since _ -> begin(head.position(), 0);
        }
    }

    /// Starts a search backwards from a position, or from the head if the position is beyond it.
    private void begin(long position, int count) {
        from = Math.clamp(position, 0, head.position());
        left = count;
    }

    /// Runs one slice of the search, which examines a few thousand entries.
    ///
    /// @param source may return another source from call to call
    /// @return the place; null if there is more to examine
    /// @throws SearchRejectedException if the search has examined the maximum number of entries
    @Nullable
    ReadCursor slice(Supplier<EntrySource> source) {
        EntrySource current = source.get();
        long fromBefore = from;
        int leftBefore = left;
        ReadCursor found = slice(current, new ReadPath(index, current));
        if (source.get().equals(current)) return found;
        from = fromBefore; // Entries were evicted during the slice: repeat it in the source that has all of them.
        left = leftBefore;
        return null;
    }

    /// The place to resume from for a cursor that this log does not know: before the oldest entry of any channel.
    static ReadCursor oldest(Index index, EntrySource source) {
        Cursor known = index.cursor(index.marks.newest()); // First, as in the constructor.
        Cursor head = index.head();
        try (EntryIterator iterator = source.after(0, head.position())) {
            Entry first = firstKept(index, iterator);
            return new ReadCursor(first == null ? head : before(index, first), known);
        }
    }

    /// The first entry that is not of a deleted channel. Starting before entries of deleted channels does no harm,
    /// but costs the reader time.
    private static @Nullable Entry firstKept(Index index, EntryIterator iterator) {
        Entry first = iterator.next();
        for (int i = 0; first != null && i < index.limits.lookMax() && index.isDeleted(first); i++)
            first = iterator.next();
        return first;
    }

    private @Nullable ReadCursor slice(EntrySource source, ReadPath reads) {
        return switch (start) {
            case Start.Latest _ -> throw new IllegalStateException("the head needs no search");
            case Start.Earliest _ -> earliest(reads);
            case Start.Since(long timeMs) -> place(since(source, timeMs));
            case Start.Last(int count) when count < 1 -> ReadCursor.at(head);
            case Start.Before(Cursor _, int count) when count < 1 -> place(index.cursor(from));
            case Start.Last _, Start.Before _ -> searchBack(source, reads);
        };
    }

    private ReadCursor place(Cursor cursor) {
        return new ReadCursor(cursor, known);
    }

    private ReadCursor earliest(ReadPath reads) {
        try (ReadPath.Scan scan = reads.forwards(selection, 0, head.position(), known.position())) {
            return place(before(scan.isExact() ? scan.iterator().next() : firstKept(index, scan.iterator())));
        }
    }

    private Cursor since(EntrySource source, long timeMs) {
        long upTo = head.position();
        if (!selection.isNamed()) return before(source.firstNotOlder(null, timeMs, upTo));
        Entry first = null;
        for (Pattern pattern : selection.patterns()) {
            ChannelIndex channel = index.channel(pattern.value());
            Entry entry = channel == null ? null : source.firstNotOlder(channel, timeMs, upTo);
            if (entry != null && (first == null || entry.id().isBefore(first.id()))) first = entry;
        }
        return before(first);
    }

    /// The place just before the event where the count is reached, searching backwards; before the oldest entry if
    /// there are fewer events.
    private @Nullable ReadCursor searchBack(EntrySource source, ReadPath reads) {
        FilterPredicate predicate = new FilterPredicate(index, source);
        try (ReadPath.Scan scan = reads.backwards(selection, from, known.position())) {
            for (int i = 0; i < index.limits.lookMax(); i++) {
                Entry entry = scan.iterator().next();
                if (entry == null) return earliest(reads);
                boolean counts = entry instanceof Event && reads.isWanted(scan, entry, selection);
                if (counts && predicate.passes(entry, filter) && --left == 0) return place(before(entry));
                from = entry.position() - 1;
            }
        }
        examined += index.limits.lookMax();
        if (examined < index.limits.searchMax()) return null;
        throw new SearchRejectedException(
                SearchLimit.TOO_LONG,
                "searching took too long: too few of the newest " + examined
                        + " events match. Name channels in full,"
                        + " leave out type= or conflate=, or use after= or since=");
    }

    private Cursor before(@Nullable Entry entry) {
        return entry == null ? head : before(index, entry);
    }

    private static Cursor before(Index index, Entry entry) {
        return index.cursor(entry.position() - 1);
    }
}
