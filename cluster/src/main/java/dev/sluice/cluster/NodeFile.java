package dev.sluice.cluster;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The file `node` in a node's folder: which node it is. It is never copied to another folder: two nodes with one id
/// would vote twice, and an id with an empty folder has forgotten its votes and what it acknowledged.
///
/// @param id          drawn at random
/// @param group       the cluster
/// @param incarnation counts the starts
/// @param stage       how far it is on its way into the cluster
record NodeFile(long id, UUID group, long incarnation, Stage stage) {
    private static final String NAME = "node";

    /// How far a node is on its way into its cluster.
    enum Stage {
        /// It founds it, and has not begun with the order.
        FOUNDING,
        /// It has to get a copy of the log.
        COPYING,
        /// It differed from the others, and has to get a copy of the log. Its Raft log is what they have, too.
        REPLACING,
        /// It has begun with the order: a Raft log has its votes, and what it acknowledged.
        MEMBER,
        /// An operator has removed it from the cluster.
        REMOVED,
        /// It becomes the folder of a single hub.
        WITHDRAWING
    }

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
                    Stage.valueOf(require(values, "stage")));
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

    /// Makes the folder that of no node. Does nothing if it is.
    static void remove(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(NAME));
    }

    NodeFile at(Stage next) {
        return new NodeFile(id, group, incarnation, next);
    }

    NodeFile started() {
        return new NodeFile(id, group, incarnation + 1, stage);
    }

    /// Writes it in one step, and syncs it.
    void write(Path folder) throws IOException {
        String text = "id = %016x\ncluster = %s\nstarts = %d\nstage = %s\n".formatted(id, group, incarnation, stage);
        SyncedText.write(folder, NAME, text);
    }
}
