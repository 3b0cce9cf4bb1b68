package dev.sluice.cluster;

import java.io.IOException;
import java.io.StringReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The file `node` in a node's folder: which node it is. It is never copied to another folder: two nodes with one id
/// would vote twice, and an id with an empty folder has forgotten its votes and what it acknowledged.
///
/// @param id          drawn at random
/// @param group       the cluster
/// @param incarnation counts the starts
/// @param hasCopy     whether the folder has the cluster's log; if not, the node is still to get it
record NodeFile(long id, UUID group, long incarnation, boolean hasCopy) {
    private static final String NAME = "node";

    /// @return null if there is none
    /// @throws IOException if it can't be read, or is damaged
    static @Nullable NodeFile read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) return null;
        var values = new Properties();
        try {
            values.load(new StringReader(Files.readString(file)));
            return new NodeFile(
                    Long.parseUnsignedLong(require(values, "id"), 16),
                    UUID.fromString(require(values, "cluster")),
                    Long.parseLong(require(values, "starts")),
                    Boolean.parseBoolean(require(values, "copied")));
        } catch (IllegalArgumentException damaged) {
            throw new IOException(
                    "'" + file + "' is damaged (" + damaged.getMessage()
                            + "): remove the node from the cluster, and add it with an empty folder",
                    damaged);
        }
    }

    private static String require(Properties values, String name) {
        String value = values.getProperty(name);
        if (value == null) throw new IllegalArgumentException("no '" + name + "'");
        return value;
    }

    NodeFile withCopy() {
        return new NodeFile(id, group, incarnation, true);
    }

    NodeFile started() {
        return new NodeFile(id, group, incarnation + 1, hasCopy);
    }

    /// Writes it in one step, and syncs it.
    void write(Path folder) throws IOException {
        String text = "id = %016x\ncluster = %s\nstarts = %d\ncopied = %b\n".formatted(id, group, incarnation, hasCopy);
        Files.createDirectories(folder);
        Path next = folder.resolve(NAME + ".next");
        Files.writeString(next, text, StandardCharsets.UTF_8);
        try (var channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(next, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (var names = FileChannel.open(folder)) {
            names.force(true);
        }
    }
}
