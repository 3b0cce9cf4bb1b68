package dev.sluice.sense.schedule;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The times at which checks are due. It has no threads and no clock: the caller passes the time in
/// milliseconds of a monotonic clock. Called by one thread at a time.
///
/// Each check has a grid of times, one interval apart, with its own offset within the interval. A run that
/// takes longer than the interval skips the times that it missed and returns to the grid, so there is no
/// drift.
public final class CheckSchedule {
    /// New checks run within this time, so that an hourly check has its first outcome soon.
    private static final long FIRST_WITHIN_MS = 2_000;

    /// Each check of many adds this to that time, so that the start of ten thousand checks is not a burst
    /// that makes all of them late.
    private static final long FIRST_APART_MS = 1;

    /// Multiples of the golden ratio are spread evenly over an interval for any number of checks.
    private static final double GOLDEN = 0.618_033_988_749_895;

    /// A run that is due.
    ///
    /// @param plannedMs when the run was planned to start
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

        /// Returns the first time of the grid after the given time.
        long gridAfter(long ms) {
            return anchorMs + Math.floorDiv(ms - anchorMs, intervalMs) * intervalMs + intervalMs;
        }
    }

    private record Slot(long ms, Entry entry) {}

    private final Map<String, Entry> entries = new HashMap<>();
    private final PriorityQueue<Slot> slots = new PriorityQueue<>(Comparator.comparingLong(Slot::ms));
    private final Set<String> leaving = new HashSet<>(); // Removed checks whose run has not ended.
    private long added;
    private long missed;

    /// Adds a check or changes its interval.
    ///
    /// @param intervalMs 1 or more
    public void put(String check, long intervalMs, long nowMs) {
        Entry before = entries.get(check);
        if (before != null && before.intervalMs == intervalMs) return;
        double place = ++added * GOLDEN % 1;
        long withinMs = Math.max(FIRST_WITHIN_MS, entries.size() * FIRST_APART_MS);
        long firstMs = nowMs + (long) (place * Math.min(intervalMs, withinMs));
        Entry entry = new Entry(check, intervalMs, nowMs + (long) (place * intervalMs), firstMs);
        // A run of the old entry that is still in progress counts, so that a check never runs twice at once.
        entry.isWantedAgain = leaving.remove(check);
        entry.isRunning = entry.isWantedAgain || (before != null && before.isRunning);
        entries.put(check, entry);
        if (!entry.isRunning) slots.add(new Slot(firstMs, entry));
    }

    public void remove(String check) {
        Entry removed = entries.remove(check);
        if (removed != null && removed.isRunning) leaving.add(check);
    }

    /// Returns the run that has been due for the longest time and marks it as started; null if none is due.
    public @Nullable Due take(long nowMs) {
        Slot first = first();
        if (first == null || first.ms > nowMs) return null;
        slots.remove();
        first.entry.isRunning = true;
        return new Due(first.entry.check, first.ms);
    }

    /// Returns the time when the next run is due; [Long#MAX_VALUE] if there is none.
    public long nextMs() {
        Slot first = first();
        return first == null ? Long.MAX_VALUE : first.ms;
    }

    /// Returns the first valid slot. Skipped slots belong to entries that were removed or have another time
    /// by now.
    private @Nullable Slot first() {
        while (true) {
            Slot first = slots.peek();
            if (first == null) return null;
            Entry entry = first.entry;
            if (entries.get(entry.check) == entry && !entry.isRunning && entry.nextMs == first.ms) return first;
            slots.remove();
        }
    }

    /// Ends a run and plans the next one.
    ///
    /// @param retryMs the time from now until the next run, unless the grid has an earlier time; 0 for the
    ///                time on the grid
    public void finished(String check, long nowMs, long retryMs) {
        Entry entry = entries.get(check);
        if (entry == null) leaving.remove(check);
        if (entry == null || !entry.isRunning) return;
        entry.isRunning = false;
        long onGrid = entry.gridAfter(nowMs);
        missed += (onGrid - entry.gridAfter(entry.nextMs)) / entry.intervalMs;
        entry.nextMs = retryMs > 0 ? Math.min(onGrid, nowMs + retryMs) : onGrid;
        if (entry.isWantedAgain) entry.nextMs = nowMs;
        entry.isWantedAgain = false;
        slots.add(new Slot(entry.nextMs, entry));
    }

    /// Makes a check due now, or as soon as its current run has ended.
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

    /// Returns the number of runs that were skipped because an earlier run of the same check had not ended.
    public long missed() {
        return missed;
    }

    public int size() {
        return entries.size();
    }
}
