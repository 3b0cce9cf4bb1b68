package dev.sluice.storage.write;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Refuses publishes before the disk is full, because RocksDB needs free space to compact. Used by the writer's thread.
public final class DiskSpace {
    /// The time after which sufficient free space is checked again, as the disk may have other users. A check
    /// takes two microseconds on a busy hub, and thirty where publishes are rare.
    static final long VALID_NS = 100_000_000;

    /// The written bytes after which it is checked again, a fraction of the reserve.
    static final long VALID_BYTES = 1L << 20;

    private final LongSupplier free;
    private final long reserveBytes;
    private final Runnable onShortage;
    private boolean isShort;
    private boolean isKnown;
    private long askedNs;
    private long bytesSince;

    /// @param free     supplies the free bytes of the disk
    /// @param onShortage runs whenever there are too few
    public DiskSpace(LongSupplier free, long reserveBytes, Runnable onShortage) {
        this.free = free;
        this.onShortage = onShortage;
        this.reserveBytes = reserveBytes;
    }

    /// @param nowNs the time of a clock that never goes back
    /// @param bytes the number of bytes to write
    /// @return the detail for a refused publisher, or null if there is enough space
    @Nullable
    String shortage(long nowNs, long bytes) {
        bytesSince += bytes;
        boolean isValid = nowNs - askedNs < VALID_NS && bytesSince < VALID_BYTES;
        if (isKnown && !isShort && isValid) return null;
        isKnown = true;
        askedNs = nowNs;
        bytesSince = 0;
        long freeBytes = free.getAsLong();
        // Publishing resumes only above the limit plus a margin, so that it does not stop and resume with
        // each file that RocksDB creates and deletes.
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
