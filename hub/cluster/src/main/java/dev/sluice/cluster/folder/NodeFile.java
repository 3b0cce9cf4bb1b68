package dev.sluice.cluster.folder;

import dev.sluice.core.cluster.DamagedNodeException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The file `node` in a node's folder, which identifies the node. It is never copied to another folder: two
/// nodes with one id would vote twice, and a node with an old id and an empty folder has forgotten its votes
/// and the entries it acknowledged.
///
/// @param id          drawn at random
/// @param group       the id of the cluster
/// @param incarnation the number of starts
/// @param stage       the stage of the node on its way into the cluster
/// @param isRemoved   whether an operator has removed it from the cluster, at any stage
public record NodeFile(long id, UUID group, long incarnation, Stage stage, boolean isRemoved) {
    private static final String NAME = "node";
    private static final String REMOVED = "removed";

    /// The stages of a node on its way into its cluster.
    public enum Stage {
        /// The node founds the cluster and has not begun with the order.
        FOUNDING,
        /// The node needs a copy of the log.
        COPYING,
        /// The node differed from the others and needs a copy of the log. Its Raft log is the same as theirs.
        REPLACING,
        /// The Raft log lacks entries that the node acknowledged. The node becomes a new node and needs a
        /// copy of the log.
        REJOINING,
        /// The node has begun with the order. The Raft log has its votes and the entries it acknowledged.
        MEMBER,
        /// The folder is being turned into that of a single hub.
        DETACHING
    }

    /// Creates the file of a node that has not started yet.
    public NodeFile(long id, UUID group, Stage stage) {
        this(id, group, 0, stage, false);
    }

    /// @return null if there is no such file
    /// @throws DamagedNodeException if it is damaged
    /// @throws IOException if it can't be read
    public static @Nullable NodeFile read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) return null;
        var values = new Properties();
        try {
            values.load(new StringReader(Files.readString(file)));
            return new NodeFile(
                    Long.parseUnsignedLong(require(values, "id"), 16),
                    UUID.fromString(require(values, "cluster")),
                    Long.parseLong(require(values, "starts")),
                    Stage.valueOf(require(values, "stage")),
                    values.containsKey(REMOVED));
        } catch (IllegalArgumentException damaged) {
            throw new DamagedNodeException("'" + file + "' is damaged (" + damaged.getMessage() + ")", damaged);
        }
    }

    private static String require(Properties values, String name) {
        String value = values.getProperty(name);
        if (value == null) throw new IllegalArgumentException("no '" + name + "'");
        return value;
    }

    /// Removes the file, so that the folder belongs to no node. Does nothing if there is no file.
    public static void remove(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(NAME));
    }

    public NodeFile at(Stage next) {
        return new NodeFile(id, group, incarnation, next, isRemoved);
    }

    public NodeFile started() {
        return new NodeFile(id, group, incarnation + 1, stage, isRemoved);
    }

    public NodeFile removed() {
        return new NodeFile(id, group, incarnation, stage, true);
    }

    /// Returns a copy with the stage of a node that leaves its cluster.
    public NodeFile detaching() {
        return new NodeFile(id, group, incarnation, Stage.DETACHING, false);
    }

    /// Replaces the file atomically, and syncs it.
    public void write(Path folder) throws IOException {
        String text = String.format(
                Locale.ROOT, "id = %016x\ncluster = %s\nstarts = %d\nstage = %s\n", id, group, incarnation, stage);
        SyncedText.write(folder, NAME, isRemoved ? text + REMOVED + " = true\n" : text);
    }
}
