package dev.sluice.core.replication;

import org.jspecify.annotations.Nullable;

/// The digests of a replica at the newest indexes of the order, for comparison with those of other nodes. Takes
/// 256 KiB. Methods may be called from any thread, and do not block.
final class DigestHistory {
    /// A power of two, far larger than the number of proposals placed between two comparisons, a second apart.
    private static final int SIZE = 1 << 14;

    private final long[] indexes = new long[SIZE];
    private final long[] digests = new long[SIZE];

    /// @param index greater than all before
    synchronized void add(long index, long digest) {
        int slot = slot(index);
        indexes[slot] = index;
        digests[slot] = digest;
    }

    /// @return the digest; null if nothing was placed there since the process began, or if too much was placed
    ///         after it
    synchronized @Nullable Long at(long index) {
        int slot = slot(index);
        return index > 0 && indexes[slot] == index ? digests[slot] : null;
    }

    private static int slot(long index) {
        return (int) index & SIZE - 1;
    }
}
