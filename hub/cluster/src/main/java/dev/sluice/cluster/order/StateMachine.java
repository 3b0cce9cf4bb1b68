package dev.sluice.cluster.order;

import dev.sluice.core.replication.Order;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A node's replica as seen by its order.
public interface StateMachine extends Order.Listener {
    /// The position up to which the replica is on disk. May be called from any thread.
    Order.Position saved();

    /// The reason why the replica takes no more entries, or null if it takes them. May be called from any
    /// thread.
    @Nullable
    String failure();

    /// Saves the applied entries. Blocks; no entry is applied at the same time.
    void save();

    /// The nodes that may hold members of channels. May be called from any thread.
    Set<Long> nodesWithLease();

    /// Called when the order no longer has the next entry, so that the replica needs a copy.
    void needsCopy();

    /// Called when this node's part of the order lacks entries that it acknowledged. The node must no longer vote.
    ///
    /// @param seen           the evidence, for the operator
    /// @param isMajorityLeft whether the other nodes are a majority, and can admit this one as a new node
    void lacksAcknowledged(String seen, boolean isMajorityLeft);

    /// Called when the order has ended on this node without a call to close it. No more entries arrive.
    ///
    /// @param reason the reason, for the operator
    void orderEnded(String reason);
}
