package dev.sluice.cluster;

import dev.sluice.cluster.folder.NodeFile;
import dev.sluice.cluster.order.Placement;
import dev.sluice.cluster.order.StateMachine;
import dev.sluice.core.replication.Order;
import dev.sluice.core.replication.ReplicatedLog;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Adapts a node's log to the state machine of its order.
///
/// @param membership records with which stage the log begins when it is opened again
record ReplicaStateMachine(ReplicatedLog log, Membership membership) implements StateMachine {
    @Override
    public void placed(Order.Position at, long stampMs, byte[] proposal) {
        Placement.hand(log, at, stampMs, proposal);
    }

    @Override
    public void leaderChanged() {
        log.leaderChanged();
    }

    @Override
    public void nodeLost(long node) {
        log.nodeLost(node);
    }

    @Override
    public Order.Position saved() {
        return log.saved();
    }

    @Override
    public @Nullable String failure() {
        return log.failure();
    }

    @Override
    public void save() {
        log.save(() -> {});
    }

    @Override
    public Set<Long> nodesWithLease() {
        return log.nodesWithLease();
    }

    @Override
    public void needsCopy() {
        membership.stopForCopy(
                log,
                NodeFile.Stage.COPYING,
                "This node was away for longer than the others keep the order: it gets a copy of the log when it"
                        + " is opened again.");
    }

    @Override
    public void lacksAcknowledged(String seen, boolean isMajorityLeft) {
        membership.stopToRejoin(log, seen, isMajorityLeft);
    }

    @Override
    public void orderEnded(String reason) {
        log.stop(reason);
    }
}
