package dev.sluice.cluster.raft;

import java.util.ArrayDeque;
import java.util.Deque;

/// Decides up to which index the Raft log may be purged. It keeps enough entries for a node that was away for
/// a short time. Without this reserve, a flush right after two elections would leave no entries for a node
/// that just restarts, as Ratis begins a new segment with each leader.
///
/// Methods may be called from any thread.
final class LogReserve {
    static final long BYTES = 32L << 20;

    /// The size at which the log gives up the reserve once. The reserve counts what this process placed, so the log
    /// would grow for ever if no process of the node ran for long.
    static final long LOG_BYTES_MAX = 4 * BYTES;

    /// The approximate overhead of Raft per proposal.
    static final int OVERHEAD_BYTES = 64;

    /// The distance between two places at which the log may be purged.
    private static final long STEP_BYTES = 1L << 20;

    private final Deque<Place> places = new ArrayDeque<>();
    private long bytes;
    private Place cut = new Place(0, 0);
    private boolean isReleased;

    /// @param bytes the bytes of all proposals up to the index
    private record Place(long index, long bytes) {}

    /// Counts the next placed proposal.
    synchronized void placed(long index, int proposalBytes) {
        bytes += proposalBytes + OVERHEAD_BYTES;
        Place last = places.isEmpty() ? cut : places.getLast();
        if (bytes - last.bytes >= STEP_BYTES) places.add(new Place(index, bytes));
    }

    /// The index up to which the log may be purged; 0 if it may not be.
    ///
    /// @param saved the index up to which the node is on disk
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

    /// Makes the next cut leave no reserve.
    synchronized void release() {
        isReleased = true;
    }
}
