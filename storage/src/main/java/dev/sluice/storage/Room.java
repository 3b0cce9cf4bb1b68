package dev.sluice.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Whether there is room for more: publishing stops before the disk is full, as RocksDB needs some to clean up.
final class Room {
    private final Path folder;
    private final long reserveBytes;

    Room(Path folder, long reserveBytes) {
        this.folder = folder;
        this.reserveBytes = reserveBytes;
    }

    /// What to tell a publisher; null: there is room.
    @Nullable
    String shortage() {
        long freeBytes = folder.toFile().getUsableSpace();
        if (freeBytes >= reserveBytes) return null;
        return "The disk of the log has " + (freeBytes >> 20) + " MB left, and " + (reserveBytes >> 20)
                + " MB are kept in reserve: free some, or keep less. Publishing goes on by itself.";
    }
}
