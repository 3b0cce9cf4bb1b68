package dev.sluice.cluster.raft;

import java.util.ArrayDeque;
import java.util.Deque;

/// Decides up to where the Raft log may be cut off: so much stays that a node which was away for a short while finds
/// the rest there. Without it, a flush right after two elections would leave nothing to a node that just starts
/// again, as Ratis begins a new segment with each leader.
///
/// Methods may be called from any thread.
final class LogReserve {
    static final long BYTES = 32L << 20;

    /// What Raft adds to a proposal, about.
    static final int OVERHEAD_BYTES = 64;

    /// Between two places at which the log may be cut off.
    private static final long STEP_BYTES = 1L << 20;

    private final Deque<Place> places = new ArrayDeque<>();
    private long bytes;
    private Place cut = new Place(0, 0);
    private boolean isReleased;

    /// @param bytes of all proposals up to it
    private record Place(long index, long bytes) {}

    /// Takes the next proposal that was placed.
    synchronized void placed(long index, int proposalBytes) {
        bytes += proposalBytes + OVERHEAD_BYTES;
        Place last = places.isEmpty() ? cut : places.getLast();
        if (bytes - last.bytes >= STEP_BYTES) places.add(new Place(index, bytes));
    }

    /// Up to where the log may be cut off; 0: nowhere.
    ///
    /// @param saved up to where the node is on disk
    synchronized long cut(long saved) {
        if (isReleased) return releasedTo(saved);
        while (!places.isEmpty() && bytes - places.getFirst().bytes >= BYTES && places.getFirst().index <= saved)
            cut = places.remove();
        return cut.index;
    }

    private long releasedTo(long saved) {
        while (!places.isEmpty() && places.getFirst().index <= saved) places.remove();
        cut = new Place(Math.max(saved, cut.index), bytes);
        isReleased = false;
        return cut.index;
    }

    /// Has the next cut leave no reserve.
    synchronized void release() {
        isReleased = true;
    }
}
