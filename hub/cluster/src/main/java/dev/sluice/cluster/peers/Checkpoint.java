package dev.sluice.cluster.peers;

import dev.sluice.cluster.folder.Folders;
import java.io.IOException;
import java.nio.file.Path;

/// A copy of a node's log, for another node. Closing it removes it.
///
/// @param onClose called once it is removed
public record Checkpoint(Path folder, Runnable onClose) implements AutoCloseable {
    @Override
    public void close() throws IOException {
        try {
            Folders.remove(folder);
        } finally {
            onClose.run();
        }
    }
}
