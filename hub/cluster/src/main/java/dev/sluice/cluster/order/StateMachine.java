package dev.sluice.cluster.order;

import dev.sluice.core.replication.Order;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A node's replica, as the end of its order needs it.
public interface StateMachine extends Order.Listener {
    /// Up to where it is on disk. May be called from any thread.
    Order.Position saved();

    /// Why it takes nothing any more; null: it does. May be called from any thread.
    @Nullable
    String failure();

    /// Saves what it has applied. Blocks, and nothing is applied meanwhile.
    void save();

    /// The nodes that may hold members of channels. May be called from any thread.
    Set<Long> nodesWithLease();

    /// What comes next is not in the order any more: only a copy helps.
    void needsCopy();

    /// Called when this node's part of the order lacks entries that it acknowledged. The node must no longer vote.
    ///
    /// @param seen           the evidence, for the operator
    /// @param isMajorityLeft whether the other nodes are a majority, and can admit this one as a new node
    void lacksAcknowledged(String seen, boolean isMajorityLeft);

    /// The order has ended on this node by itself: nothing is placed here any more.
    ///
    /// @param reason for the operator
    void orderEnded(String reason);
}
