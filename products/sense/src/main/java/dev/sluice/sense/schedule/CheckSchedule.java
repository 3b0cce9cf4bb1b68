package dev.sluice.sense.schedule;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// The times at which checks are due. No threads and no clock: the caller says what time it is, in milliseconds that
/// never go back. One caller at a time.
///
/// Each check has a grid of times, an interval apart, at a place within the interval that is its own. A run that takes
/// longer than the interval leaves out the times that it missed and returns to the grid, so there is no drift.
public final class CheckSchedule {
    /// New checks run within this time, so that nobody waits an hour for the first outcome of an hourly check.
    private static final long FIRST_WITHIN_MS = 2_000;

    /// Where there are many, each adds this to that time: a start with ten thousand is no burst that makes all late.
    private static final long FIRST_APART_MS = 1;

    /// Multiples of the golden ratio spread points over an interval evenly, however many there will be.
    private static final double GOLDEN = 0.618_033_988_749_895;

    /// A run that is due.
    ///
    /// @param plannedMs when it should begin
    public record Due(String check, long plannedMs) {}

    private static final class Entry {
        final String check;
        final long intervalMs;
        final long anchorMs;
        long nextMs;
        boolean isRunning;
        boolean isWantedAgain;

        Entry(String check, long intervalMs, long anchorMs, long nextMs) {
            this.check = check;
            this.intervalMs = intervalMs;
            this.anchorMs = anchorMs;
            this.nextMs = nextMs;
        }

        /// The first time of the grid after this one.
        long gridAfter(long ms) {
            return anchorMs + Math.floorDiv(ms - anchorMs, intervalMs) * intervalMs + intervalMs;
        }
    }

    private record Slot(long ms, Entry entry) {}

    private final Map<String, Entry> entries = new HashMap<>();
    private final PriorityQueue<Slot> slots = new PriorityQueue<>(Comparator.comparingLong(Slot::ms));
    private long added;
    private long missed;

    /// Adds a check, or changes its interval.
    ///
    /// @param intervalMs 1 or more
    public void put(String check, long intervalMs, long nowMs) {
        Entry before = entries.get(check);
        if (before != null && before.intervalMs == intervalMs) return;
        double place = ++added * GOLDEN % 1;
        long withinMs = Math.max(FIRST_WITHIN_MS, entries.size() * FIRST_APART_MS);
        long firstMs = nowMs + (long) (place * Math.min(intervalMs, withinMs));
        Entry entry = new Entry(check, intervalMs, nowMs + (long) (place * intervalMs), firstMs);
        // A run of the old entry that has not ended still counts, so that the check does not run twice at once.
        entry.isRunning = before != null && before.isRunning;
        entries.put(check, entry);
        if (!entry.isRunning) slots.add(new Slot(firstMs, entry));
    }

    public void remove(String check) {
        entries.remove(check);
    }

    /// Returns the run that is due for the longest time, and counts it as begun; null if none is due.
    public @Nullable Due take(long nowMs) {
        Slot first = first();
        if (first == null || first.ms > nowMs) return null;
        slots.remove();
        first.entry.isRunning = true;
        return new Due(first.entry.check, first.ms);
    }

    /// Returns when the next run is due; [Long#MAX_VALUE] if there is none.
    public long nextMs() {
        Slot first = first();
        return first == null ? Long.MAX_VALUE : first.ms;
    }

    /// The first slot that still counts. Others belong to entries that were removed, or that have another time by now.
    private @Nullable Slot first() {
        while (true) {
            Slot first = slots.peek();
            if (first == null) return null;
            Entry entry = first.entry;
            if (entries.get(entry.check) == entry && !entry.isRunning && entry.nextMs == first.ms) return first;
            slots.remove();
        }
    }

    /// Ends a run, and plans the next.
    ///
    /// @param retryMs the next run begins this long after now, unless the grid has an earlier time; 0: on the grid
    public void finished(String check, long nowMs, long retryMs) {
        Entry entry = entries.get(check);
        if (entry == null || !entry.isRunning) return;
        entry.isRunning = false;
        long onGrid = entry.gridAfter(nowMs);
        missed += (onGrid - entry.gridAfter(entry.nextMs)) / entry.intervalMs;
        entry.nextMs = retryMs > 0 ? Math.min(onGrid, nowMs + retryMs) : onGrid;
        if (entry.isWantedAgain) entry.nextMs = nowMs;
        entry.isWantedAgain = false;
        slots.add(new Slot(entry.nextMs, entry));
    }

    /// Makes a check due now, or as soon as its present run has ended.
    public void soon(String check, long nowMs) {
        Entry entry = entries.get(check);
        if (entry == null) return;
        if (entry.isRunning) {
            entry.isWantedAgain = true;
        } else if (entry.nextMs > nowMs) {
            entry.nextMs = nowMs;
            slots.add(new Slot(nowMs, entry));
        }
    }

    /// Returns how many runs were left out because an earlier one of the same check had not ended.
    public long missed() {
        return missed;
    }

    public int size() {
        return entries.size();
    }
}
