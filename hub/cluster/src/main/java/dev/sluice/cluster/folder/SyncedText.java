package dev.sluice.cluster.folder;

import dev.sluice.storage.folder.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Writes small files atomically: after a crash, a file has its old or its new content.
final class SyncedText {
    private SyncedText() {}

    /// Replaces a file atomically, and syncs it.
    static void write(Path folder, String name, String text) throws IOException {
        OwnerOnly.createFolder(folder); // A new node's first file; events follow.
        Path next = OwnerOnly.write(folder.resolve(name + ".next"), text);
        try (var channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Folders.sync(folder);
    }
}
