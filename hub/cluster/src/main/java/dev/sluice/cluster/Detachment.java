package dev.sluice.cluster;

import dev.sluice.cluster.folder.Folders;
import dev.sluice.cluster.folder.NodeFile;
import dev.sluice.cluster.folder.TopicFile;
import dev.sluice.cluster.raft.RaftFiles;
import dev.sluice.cluster.raft.RaftReplay;
import dev.sluice.cluster.raft.RaftSettings;
import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.cluster.DamagedNodeException;
import dev.sluice.core.replication.Order;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.storage.ReplicaFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/// Makes of a node's folder that of a single hub: what its Raft log has is applied first, with or without a
/// majority, as it may have been acknowledged. Where the order is in Kafka, the node has to apply that itself before it
/// is stopped. The hub begins an epoch of its own, so that no id is given
/// twice: a reader that is ahead of it gets a gap.
///
/// A crash in between leaves a folder with which nothing starts until this is done again.
final class Detachment {
    private static final System.Logger LOG = System.getLogger(Detachment.class.getName());
    private static final Duration NO_PUBLISHES = Duration.ofSeconds(1);

    private final ReplicaFolder folder;
    private final InstantSource clock;
    private final Path path;

    Detachment(ReplicaFolder folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
        path = folder.path();
    }

    /// @param isForced also if there are other nodes that vote, which may have gone on without this one
    /// @throws ClusterRejectedException if it must not be, as the message says
    /// @throws DamagedNodeException    if the Raft log is damaged, unless forced: then what comes before the
    ///     damage is kept
    /// @throws IOException    if the folder can't be read or written
    /// @throws dev.sluice.storage.folder.CannotOpenException if a process uses the folder, or the log there is
    ///     damaged
    void run(boolean isForced) throws IOException {
        boolean hasCopy = folder.hasCopy(); // Also makes sure that no process uses it.
        NodeFile file = NodeFile.read(path);
        if (file == null && !hasCopy) throw new ClusterRejectedException("The log in '" + path + "' is a hub's alone.");
        if (file != null) {
            if (file.isRemoved() && !isForced) throw new ClusterRejectedException(gone("was removed from its cluster"));
            switch (file.stage()) {
                case FOUNDING, DETACHING -> {} // The log has all there is.
                case COPYING, REPLACING ->
                    throw new ClusterRejectedException(
                            "The folder '" + path + "' has no whole copy of its cluster's log.");
                case REJOINING, MEMBER -> {
                    if (!isForced) requireAlone(file);
                    if (!TopicFile.isIn(path)) apply(file, isForced);
                }
            }
            file.detaching().write(path);
        }
        folder.leaveCluster();
        Folders.remove(path.resolve(RaftSettings.FOLDER));
        TopicFile.remove(path);
        NodeFile.remove(path);
    }

    private void requireAlone(NodeFile file) throws IOException {
        if (TopicFile.isIn(path)) throw new ClusterRejectedException(gone("has its order in Kafka"));
        if (!RaftFiles.of(path).isOnlyVoter(file.id()))
            throw new ClusterRejectedException(gone("is not the only one that votes"));
    }

    private String gone(String why) {
        return "The folder '" + path + "' is that of a cluster's node, which " + why
                + ": the others may have gone on without"
                + " it, so it may lack what they have acknowledged. Start it with its [cluster]; or, if the others are lost for good,"
                + " see 'sluice cluster recover --help'.";
    }

    /// Applies what the node had not applied, or not saved.
    private void apply(NodeFile file, boolean isForced) throws IOException {
        var nobody = new ReplicatedLog.Identity(file.id(), file.incarnation() + 1);
        try (ReplicatedLog log = folder.open(nobody, new EndedOrder(), clock, NO_PUBLISHES)) {
            String damage = RaftReplay.into(log, path);
            if (damage != null) acceptDamage(damage, isForced);
            String failure = log.failure();
            if (failure != null) throw new IOException(failure);
        }
    }

    /// With the other nodes lost, the entries before the damage are all there is.
    private static void acceptDamage(String damage, boolean isForced) throws DamagedNodeException {
        if (!isForced) throw new DamagedNodeException(damage);
        LOG.log(System.Logger.Level.WARNING, damage + ": it is left out, and so is what comes after it");
    }

    /// Takes no proposals.
    private static final class EndedOrder implements Order {
        @Override
        public void propose(byte[] proposal) {
            // Nobody publishes, and holds need no renewal any more.
        }

        @Override
        public boolean isLeader() {
            return false;
        }
    }
}
