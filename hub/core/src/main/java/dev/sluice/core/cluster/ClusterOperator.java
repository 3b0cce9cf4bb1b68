package dev.sluice.core.cluster;

import java.io.IOException;

/// The operations that an operator performs on the nodes of a cluster, from a separate process. Methods block,
/// and may be called from any thread.
public interface ClusterOperator extends AutoCloseable {
    /// Asks all nodes how they are: those at the configured addresses, and those that they name.
    ///
    /// @throws IOException if none answers
    ClusterReport report() throws IOException, InterruptedException;

    /// Removes a node from the cluster, whether it is up or not. A node that is up notices, and stops. If
    /// it leads, another one leads first.
    ///
    /// @param node its address or its id, as reported
    /// @throws ClusterRejectedException if there is no such node, or the nodes that are left would have no
    ///     majority
    /// @throws IOException    if there is no leader, or it does not answer
    void remove(String node) throws IOException, InterruptedException;

    /// Has a node lead.
    ///
    /// @param node its address or its id, as reported
    /// @throws ClusterRejectedException if there is no such node, or it does not vote or answer
    /// @throws IOException    if there is no leader, or it does not answer
    void lead(String node) throws IOException, InterruptedException;

    @Override
    void close();
}
