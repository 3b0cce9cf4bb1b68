package dev.sluice.sense.schedule;

import java.util.Arrays;

/// The lateness of the newest [#KEPT] runs. Safe for use by many threads.
public final class RunLateness {
    /// Enough for a few seconds of ten thousand checks, or a few hours of ten.
    private static final int KEPT = 4096;

    private final int[] latenessMs = new int[KEPT];
    private int count;
    private int next;

    synchronized void add(long ms) {
        latenessMs[next] = (int) Math.min(ms, Integer.MAX_VALUE);
        next = (next + 1) % KEPT;
        count = Math.min(count + 1, KEPT);
    }

    /// Returns the lateness in milliseconds that this share of the runs did not exceed; 0 if there were no
    /// runs.
    ///
    /// @param part from 0 to 1
    public synchronized int percentileMs(double part) {
        if (count == 0) return 0;
        int[] sorted = Arrays.copyOf(latenessMs, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(count - 1L, (long) Math.ceil(part * count) - (part > 0 ? 1 : 0))];
    }
}
