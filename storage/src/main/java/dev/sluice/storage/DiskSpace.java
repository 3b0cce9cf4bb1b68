package dev.sluice.storage;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Refuses publishes before the disk is full, because RocksDB needs free space to compact. Used by the writer's thread.
final class DiskSpace {
    /// The time after which the free space is asked for again, while it is enough. Asking takes about two microseconds,
    /// which a small group would notice; in this time a quick disk takes some megabytes, a fraction of the reserve.
    static final long VALID_NS = 10_000_000;

    private final LongSupplier free;
    private final long reserveBytes;
    private final Runnable onShortage;
    private boolean isShort;
    private boolean isKnown;
    private long askedNs;

    /// @param free     the free bytes of the disk, now
    /// @param onShortage runs whenever they are too few
    DiskSpace(LongSupplier free, long reserveBytes, Runnable onShortage) {
        this.free = free;
        this.onShortage = onShortage;
        this.reserveBytes = reserveBytes;
    }

    /// @param nowNs by a clock that never goes back
    /// @return the detail for a refused publisher; null: there is enough space
    @Nullable
    String shortage(long nowNs) {
        if (isKnown && !isShort && nowNs - askedNs < VALID_NS) return null;
        isKnown = true;
        askedNs = nowNs;
        long freeBytes = free.getAsLong();
        // Resuming takes some more than the limit, so that an upload does not alternate between stop and go with each
        // file that comes and goes.
        if (freeBytes >= (isShort ? reserveBytes + reserveBytes / 16 : reserveBytes)) {
            isShort = false;
            return null;
        }
        isShort = true;
        onShortage.run();
        return "The disk of the log has " + (freeBytes >> 20) + " MB left, and " + (reserveBytes >> 20)
                + " MB are kept in reserve: free some space, or retain less. Publishing then resumes by itself.";
    }
}
