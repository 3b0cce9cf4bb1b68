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

/// The file `node` in a node's folder: which node it is. It is never copied to another folder: two nodes with one id
/// would vote twice, and an id with an empty folder has forgotten its votes and what it acknowledged.
///
/// @param id          drawn at random
/// @param group       the cluster
/// @param incarnation counts the starts
/// @param stage       how far it is on its way into the cluster
/// @param isRemoved   whether an operator has removed it from the cluster, at any stage
public record NodeFile(long id, UUID group, long incarnation, Stage stage, boolean isRemoved) {
    private static final String NAME = "node";
    private static final String REMOVED = "removed";

    /// How far a node is on its way into its cluster.
    public enum Stage {
        /// It founds it, and has not begun with the order.
        FOUNDING,
        /// It has to get a copy of the log.
        COPYING,
        /// It differed from the others, and has to get a copy of the log. Its Raft log is what they have, too.
        REPLACING,
        /// Its Raft log lacks entries that it acknowledged. It becomes a new node, which has to get a copy of the log.
        REJOINING,
        /// It has begun with the order: a Raft log has its votes, and what it acknowledged.
        MEMBER,
        /// It becomes the folder of a single hub.
        DETACHING
    }

    /// A node on its way into its cluster.
    public NodeFile(long id, UUID group, Stage stage) {
        this(id, group, 0, stage, false);
    }

    /// @return null if there is none
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

    /// Makes the folder that of no node. Does nothing if it is.
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

    /// On its way out of its cluster, whatever it was there.
    public NodeFile detaching() {
        return new NodeFile(id, group, incarnation, Stage.DETACHING, false);
    }

    /// Writes it in one step, and syncs it.
    public void write(Path folder) throws IOException {
        String text = String.format(
                Locale.ROOT, "id = %016x\ncluster = %s\nstarts = %d\nstage = %s\n", id, group, incarnation, stage);
        SyncedText.write(folder, NAME, isRemoved ? text + REMOVED + " = true\n" : text);
    }
}
