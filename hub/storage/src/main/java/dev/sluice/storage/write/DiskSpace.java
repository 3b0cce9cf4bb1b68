package dev.sluice.storage.write;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Refuses publishes before the disk is full, because RocksDB needs free space to compact. Used by the writer's thread.
public final class DiskSpace {
    /// The time after which the free space is asked for again while it is enough, as the disk may have other users.
    /// Asking takes two microseconds where much is written, and thirty where a publish comes now and then.
    static final long VALID_NS = 100_000_000;

    /// The bytes after which it is asked for again: a fraction of the reserve.
    static final long VALID_BYTES = 1L << 20;

    private final LongSupplier free;
    private final long reserveBytes;
    private final Runnable onShortage;
    private boolean isShort;
    private boolean isKnown;
    private long askedNs;
    private long bytesSince;

    /// @param free     the free bytes of the disk, now
    /// @param onShortage runs whenever they are too few
    public DiskSpace(LongSupplier free, long reserveBytes, Runnable onShortage) {
        this.free = free;
        this.onShortage = onShortage;
        this.reserveBytes = reserveBytes;
    }

    /// @param nowNs by a clock that never goes back
    /// @param bytes what is about to be written
    /// @return the detail for a refused publisher; null: there is enough space
    @Nullable
    String shortage(long nowNs, long bytes) {
        bytesSince += bytes;
        boolean isValid = nowNs - askedNs < VALID_NS && bytesSince < VALID_BYTES;
        if (isKnown && !isShort && isValid) return null;
        isKnown = true;
        askedNs = nowNs;
        bytesSince = 0;
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
