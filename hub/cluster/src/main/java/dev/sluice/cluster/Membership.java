package dev.sluice.cluster;

import dev.sluice.cluster.folder.NodeFile;
import dev.sluice.cluster.raft.SetAsideLog;
import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.replication.ReplicatedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The stage at which a node is on its way into its cluster or out of it, as recorded in its folder. Methods
/// may be called from any thread.
final class Membership {
    private static final System.Logger LOG = System.getLogger(Membership.class.getName());

    private static final String REMOVED = "This node was removed from its cluster. To add it again, start it with an"
            + " empty folder (storage.data): it gets a copy of the log.";

    private static final String REJOINS = " It starts again with a copy of the cluster's log, as a new node at the same"
            + " address; its Raft log is kept in the folder 'raft-set-aside'. If this happens again, check the disk.";

    private static final String STAYS =
            " With this Raft log it must not vote: start it with an empty folder (storage.data)"
                    + " at the same address, where it gets a copy of the log, and keep the former folder. It does not do so"
                    + " by itself, as ";

    private static final String NO_MAJORITY =
            STAYS + "the other healthy nodes are no majority without it: start enough of them first.";

    private static final String AGAIN = STAYS + "it did so less than six hours ago: check this machine's disk first.";

    private final Path folder;
    private final InstantSource clock;
    private volatile @Nullable NodeFile file;

    /// The stage of the node after it has begun.
    private NodeFile.Stage next = NodeFile.Stage.MEMBER;

    /// @param clock the machine's clock
    Membership(Path folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /// Reads the folder.
    ///
    /// @return null if the node belongs to no cluster yet
    /// @throws ClusterRejectedException if it was removed from its cluster
    synchronized @Nullable NodeFile read() throws IOException {
        NodeFile found = NodeFile.read(folder);
        if (found != null && found.isRemoved()) throw new ClusterRejectedException(REMOVED);
        file = found;
        return found;
    }

    /// The current file, or null if the node belongs to no cluster yet.
    @Nullable
    NodeFile file() {
        return file;
    }

    synchronized NodeFile keep(NodeFile now) throws IOException {
        now.write(folder);
        file = now;
        return now;
    }

    /// Called when the node has begun with its order. By then the order may have reported that the node needs
    /// a copy.
    synchronized void begun(NodeFile started) throws IOException {
        keep(started.at(next));
    }

    /// Stops the log. When it is opened again, it begins with a copy.
    synchronized void stopForCopy(ReplicatedLog log, NodeFile.Stage stage, String reason) {
        next = stage;
        NodeFile now = file;
        IOException failed = now == null ? null : change(now.at(stage));
        // Without the stage, the node would begin again with what it must not use.
        if (failed == null) log.stopForCopy(reason);
        else log.stop(reason + " But its file 'node' can't be written: " + failed + ".");
    }

    /// Stops the log of a node whose Raft log lacks entries that it acknowledged. When it is opened again, it
    /// begins as a new node, unless the others are no majority or it did so recently.
    ///
    /// @param seen the evidence, for the operator
    synchronized void stopToRejoin(ReplicatedLog log, String seen, boolean isMajorityLeft) {
        if (!isMajorityLeft) log.stop(seen + NO_MAJORITY);
        else if (SetAsideLog.isRecent(folder, clock.instant())) log.stop(seen + AGAIN);
        else stopForCopy(log, NodeFile.Stage.REJOINING, seen + REJOINS);
    }

    /// Stops the log for good. Whatever the stage of the node was, it cannot rejoin with this folder.
    synchronized void stopRemoved(ReplicatedLog log) {
        NodeFile now = file;
        if (now != null) change(now.removed());
        log.stop(REMOVED);
    }

    /// @return null if it was written
    private @Nullable IOException change(NodeFile to) {
        try {
            keep(to);
            return null;
        } catch (IOException failed) {
            LOG.log(System.Logger.Level.ERROR, "the node's file can't be written", failed);
            return failed;
        }
    }
}
