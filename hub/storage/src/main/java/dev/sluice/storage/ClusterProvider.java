package dev.sluice.storage;

import dev.sluice.core.cluster.ClusterOperator;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.replication.ReplicatedLog;
import java.io.IOException;
import java.time.InstantSource;

/// Makes a node part of a cluster. Found by [java.util.ServiceLoader], so that only a node of a cluster
/// loads what an order needs.
@SuppressWarnings("exports") // Its users have the packages of core that it names.
public interface ClusterProvider {
    /// Opens a node's log. A node whose folder belongs to no cluster yet looks for one at the addresses, or founds one
    /// with the others there. Blocks until it is part of a cluster, which may take until the others are up.
    ///
    /// @throws IOException if the folder can't be used, a port is in use, or the nodes contradict each other
    /// @throws InterruptedException if this thread is interrupted
    ReplicatedLog open(ClusterSettings settings, ReplicaFolder folder, InstantSource clock)
            throws IOException, InterruptedException;

    /// Makes of a node's folder that of a single hub, with all that the node has on disk. No process may use it.
    ///
    /// @param isForced also if the cluster may have gone on without this node
    /// @throws IOException if the folder can't be read or written
    /// @throws dev.sluice.core.cluster.ClusterRejectedException if it may have, or the folder has no whole log
    /// @throws dev.sluice.storage.folder.CannotOpenException if a process uses the folder, or its log can't be
    ///     opened
    void detach(ReplicaFolder folder, InstantSource clock, boolean isForced) throws IOException;

    /// For operators of the cluster that these settings name. Asks nothing yet.
    ///
    /// @throws IOException if the certificate that the settings name can't be used
    ClusterOperator operator(ClusterSettings settings) throws IOException;
}
