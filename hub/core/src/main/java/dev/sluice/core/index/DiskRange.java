package dev.sluice.core.index;

import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A summary of the entries that a channel keeps only in the backing, not in memory: its older entries.
///
/// @param first       the position of the oldest entry
/// @param firstTimeMs the time of that entry
/// @param isFirstEnd  whether that entry is the channel's end
/// @param latest      the position of the newest event; 0 if no event is kept
/// @param end         the position of the channel's end; 0 while it is open
/// @param upTo        the position of the newest entry
/// @param timeMs      the time of that entry
public record DiskRange(
        long first, long firstTimeMs, boolean isFirstEnd, long latest, long end, long upTo, long timeMs) {
    public static DiskRange of(Entry entry) {
        long position = entry.position();
        boolean isEnd = entry instanceof End;
        return new DiskRange(
                position, entry.timeMs(), isEnd, isEnd ? 0 : position, isEnd ? position : 0, position, entry.timeMs());
    }

    /// This range extended by the entry evicted next.
    public DiskRange with(Entry entry) {
        long position = entry.position();
        return switch (entry) {
            case Event event -> new DiskRange(first, firstTimeMs, isFirstEnd, position, end, position, event.timeMs());
            case End channelEnd ->
                new DiskRange(first, firstTimeMs, isFirstEnd, latest, position, position, channelEnd.timeMs());
        };
    }

    /// A range extended by the entries evicted next.
    ///
    /// @param range null if nothing was evicted before
    /// @param next  the entries in order, at least one
    static DiskRange extended(@Nullable DiskRange range, List<Entry> next) {
        Entry newest = next.getLast();
        DiskRange begin = range == null ? of(next.getFirst()) : range;
        long latest = begin.latest;
        long end = begin.end;
        for (Entry entry : next) {
            switch (entry) {
                case Event event -> latest = event.position();
                case End channelEnd -> end = channelEnd.position();
            }
        }
        return new DiskRange(
                begin.first, begin.firstTimeMs, begin.isFirstEnd, latest, end, newest.position(), newest.timeMs());
    }

    /// This range reduced to the entries from this one on.
    DiskRange from(Entry next) {
        DiskRange one = of(next);
        long left = latest < one.first ? 0 : latest;
        return new DiskRange(one.first, one.firstTimeMs, one.isFirstEnd, left, end, upTo, timeMs);
    }
}
