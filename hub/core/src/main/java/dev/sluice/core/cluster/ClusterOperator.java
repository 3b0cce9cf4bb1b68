package dev.sluice.core.cluster;

import java.io.IOException;

/// The operations that an operator performs on the nodes of a cluster, from a separate process. Methods block,
/// and may be called from any thread.
public interface ClusterOperator extends AutoCloseable {
    /// Requests the state of all nodes: those at the configured addresses, and those that they name.
    ///
    /// @throws IOException if no node answers
    ClusterReport report() throws IOException, InterruptedException;

    /// Removes a node from the cluster, whether it is up or not. A node that is up notices its removal and
    /// stops. If the node leads, another one becomes the leader first.
    ///
    /// @param node its address or its id, as reported
    /// @throws ClusterRejectedException if there is no such node, or if the remaining nodes would have no
    ///         majority
    /// @throws IOException    if there is no leader, or it does not answer
    void remove(String node) throws IOException, InterruptedException;

    /// Makes a node the leader.
    ///
    /// @param node its address or its id, as reported
    /// @throws ClusterRejectedException if there is no such node, or it does not vote or answer
    /// @throws IOException    if there is no leader, or it does not answer
    void lead(String node) throws IOException, InterruptedException;

    @Override
    void close();
}
