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

/// Turns a node's folder into the folder of a single hub. First it applies all entries of the Raft log,
/// committed or not, as each may have been acknowledged. With Kafka, the node itself has to apply the topic
/// before it is stopped. The hub begins a new epoch, so that no id is given twice; a reader that is ahead of
/// the hub gets a gap.
///
/// After a crash in between, no node or hub starts with the folder until this has run again to its end.
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

    /// @param isForced whether to detach even if other nodes vote, which may have continued without this one
    /// @throws ClusterRejectedException if the folder must not be detached; the message has the reason
    /// @throws DamagedNodeException    if the Raft log is damaged, unless forced: then the entries before the
    ///     damage are kept
    /// @throws IOException    if the folder can't be read or written
    /// @throws dev.sluice.storage.folder.CannotOpenException if a process uses the folder, or the log there is
    ///     damaged
    void run(boolean isForced) throws IOException {
        boolean hasCopy = folder.hasCopy(); // Also fails if a process uses the folder.
        NodeFile file = NodeFile.read(path);
        if (file == null && !hasCopy)
            throw new ClusterRejectedException("The log in '" + path + "' is that of a single hub.");
        if (file != null) {
            if (file.isRemoved() && !isForced) throw new ClusterRejectedException(gone("was removed from its cluster"));
            switch (file.stage()) {
                case FOUNDING, DETACHING -> {} // The log is complete.
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
        return "The folder '" + path + "' belongs to a node of a cluster, which " + why
                + ": the other nodes may have continued without"
                + " it, so it may lack acknowledged events. Start it with its [cluster]; or, if they are lost for good,"
                + " see 'sluice cluster recover --help'.";
    }

    /// Applies the entries that the node had not applied or not saved.
    private void apply(NodeFile file, boolean isForced) throws IOException {
        var nobody = new ReplicatedLog.Identity(file.id(), file.incarnation() + 1);
        try (ReplicatedLog log = folder.open(nobody, new EndedOrder(), clock, NO_PUBLISHES)) {
            String damage = RaftReplay.into(log, path);
            if (damage != null) acceptDamage(damage, isForced);
            String failure = log.failure();
            if (failure != null) throw new IOException(failure);
        }
    }

    /// If the other nodes are lost, no entries exist but those before the damage.
    private static void acceptDamage(String damage, boolean isForced) throws DamagedNodeException {
        if (!isForced) throw new DamagedNodeException(damage);
        LOG.log(System.Logger.Level.WARNING, damage + ": it is skipped, together with all entries after it");
    }

    /// An order that has ended and takes no proposals.
    private static final class EndedOrder implements Order {
        @Override
        public void propose(byte[] proposal) {
            // There are no publishers, and holds need no renewal any more.
        }

        @Override
        public boolean isLeader() {
            return false;
        }
    }
}
