package dev.sluice.storage;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Whether there is room for more: publishing stops before the disk is full, as RocksDB needs some to clean up. For
/// the writer.
final class Room {
    private final LongSupplier free;
    private final long reserveBytes;
    private final Runnable shortage;
    private boolean isShort;

    /// @param free     how many bytes there are, now
    /// @param shortage what to do where that is too little
    Room(LongSupplier free, long reserveBytes, Runnable shortage) {
        this.free = free;
        this.shortage = shortage;
        this.reserveBytes = reserveBytes;
    }

    /// What to tell a publisher; null: there is room.
    @Nullable
    String shortage() {
        long freeBytes = free.getAsLong();
        // Some more than the limit to go on, so that an upload does not stop and go with each file that comes and goes.
        if (freeBytes >= (isShort ? reserveBytes + reserveBytes / 16 : reserveBytes)) {
            isShort = false;
            return null;
        }
        isShort = true;
        shortage.run();
        return "The disk of the log has " + (freeBytes >> 20) + " MB left, and " + (reserveBytes >> 20)
                + " MB are kept in reserve: free some, or keep less. Publishing goes on by itself.";
    }
}
