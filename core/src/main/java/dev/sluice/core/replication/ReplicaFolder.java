package dev.sluice.core.replication;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/// The folder of a node, in which its replica and its part of the order are. Not for more than one thread at a time.
public interface ReplicaFolder {
    Path path();

    /// Whether there is a log, of a single node or of a cluster.
    boolean hasLog();

    /// Makes what is there the beginning of a cluster's log: the log of a single node, with all ids and cursors, or an
    /// empty one. Its retention rules and limits are those of all nodes from then on.
    void found();

    /// Puts a copy that another node made ([ReplicatedLog#copyTo]) in the place of what is there. If the process ends
    /// meanwhile, the next start completes it.
    ///
    /// @param copy is moved
    void replaceBy(Path copy);

    /// Opens the log there.
    ReplicatedLog open(ReplicatedLog.Identity identity, Order order, InstantSource clock, Duration timeout);
}
