package dev.sluice.core.store;

import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;

/// What a channel keeps beyond memory: its older entries. Positions; 0: none.
///
/// @param first       of its oldest entry
/// @param firstTimeMs of that entry
/// @param isFirstEnd  whether that is the channel's end
/// @param latest      its newest event
/// @param end         its end
/// @param upTo        its newest entry
/// @param timeMs      of that entry
public record Cold(long first, long firstTimeMs, boolean isFirstEnd, long latest, long end, long upTo, long timeMs) {
    public static Cold of(Entry entry) {
        long position = entry.id().position();
        boolean isEnd = entry instanceof End;
        return new Cold(
                position, entry.timeMs(), isEnd, isEnd ? 0 : position, isEnd ? position : 0, position, entry.timeMs());
    }

    /// With the entry that left memory next.
    public Cold with(Entry entry) {
        Cold one = of(entry);
        return new Cold(
                first,
                firstTimeMs,
                isFirstEnd,
                Math.max(latest, one.latest),
                Math.max(end, one.end),
                one.upTo,
                one.timeMs);
    }

    /// What is left behind a position, whose next entry is this one.
    Cold from(Entry next) {
        Cold one = of(next);
        long left = latest < one.first ? 0 : latest;
        return new Cold(one.first, one.firstTimeMs, one.isFirstEnd, left, end, upTo, timeMs);
    }
}
