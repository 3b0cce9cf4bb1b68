package dev.sluice.storage;

import dev.sluice.core.cluster.ClusterOperator;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.replication.ReplicatedLog;
import java.io.IOException;
import java.time.InstantSource;

/// Makes a node part of a cluster. Found by [java.util.ServiceLoader], so that only nodes of clusters load
/// the libraries of an order.
@SuppressWarnings("exports") // Users of this type also read the packages of core that it names.
public interface ClusterProvider {
    /// Opens a node's log. A node whose folder belongs to no cluster yet joins the cluster that it finds at
    /// the addresses, or founds one with the nodes there. Blocks until the node is part of a cluster, which
    /// may require that the others have started.
    ///
    /// @throws IOException if the folder can't be used, a port is in use, or the nodes contradict each other
    /// @throws InterruptedException if this thread is interrupted
    ReplicatedLog open(ClusterSettings settings, ReplicaFolder folder, InstantSource clock)
            throws IOException, InterruptedException;

    /// Turns a node's folder into that of a single hub, with all entries that the node has on disk. No
    /// process may use the folder.
    ///
    /// @param isForced whether to detach even if the cluster may have continued without this node
    /// @throws IOException if the folder can't be read or written
    /// @throws dev.sluice.core.cluster.ClusterRejectedException if the cluster may have continued, or the
    ///     folder has no complete log
    /// @throws dev.sluice.storage.folder.CannotOpenException if a process uses the folder, or its log can't be
    ///     opened
    void detach(ReplicaFolder folder, InstantSource clock, boolean isForced) throws IOException;

    /// Returns the operator's access to the cluster that these settings name. Sends no request yet.
    ///
    /// @throws IOException if the certificate that the settings name can't be used
    ClusterOperator operator(ClusterSettings settings) throws IOException;
}
