package dev.sluice.cluster;

import dev.sluice.core.replication.Order;

/// A node's replica, as Raft needs it.
interface ReplicaEnd extends Order.Listener {
    /// Up to where it is on disk. May be called from any thread.
    Order.Position saved();

    /// The others have cut off their logs after what this node has: only a copy helps.
    void needsCopy();

    /// Raft has ended on this node by itself: nothing is placed here any more.
    ///
    /// @param reason for the operator
    void raftEnded(String reason);
}
