package dev.sluice.storage;

import java.io.IOException;

/// What an operator asks of the nodes of a cluster, from a process of its own. Methods block, and may be called from
/// any
/// thread.
public interface ClusterOperator extends AutoCloseable {
    /// Asks all nodes how they are: those at the configured addresses, and those that they name.
    ///
    /// @throws IOException if none answers
    ClusterReport report() throws IOException, InterruptedException;

    @Override
    void close();
}
