package dev.sluice.cluster.folder;

import dev.sluice.core.cluster.DamagedNodeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The file in a node's folder with the id of the Kafka topic that has its order. The id matters because a
/// topic that was deleted and created again has the same name and a different id.
public record TopicFile(UUID id) {
    private static final String NAME = "topic";

    /// @return null if there is no such file
    /// @throws DamagedNodeException if it is damaged
    /// @throws IOException if it can't be read
    public static @Nullable TopicFile read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) return null;
        try {
            return new TopicFile(UUID.fromString(Files.readString(file).strip()));
        } catch (IllegalArgumentException damaged) {
            throw new DamagedNodeException("'" + file + "' is damaged", damaged);
        }
    }

    /// Returns true if the order of the node in this folder is in Kafka.
    public static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(NAME));
    }

    public void write(Path folder) throws IOException {
        SyncedText.write(folder, NAME, id + "\n");
    }

    /// Removes the file, if there is one.
    public static void remove(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(NAME));
    }
}
