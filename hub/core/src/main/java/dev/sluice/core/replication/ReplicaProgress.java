package dev.sluice.core.replication;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How far a node has applied the order. Saved in one write with the changes of the log, so that however the
/// process ends, nothing is applied twice and nothing is left out.
///
/// @param position the position of the last proposal applied
/// @param timeMs the log's time, which never goes back
/// @param digest the digest of all outcomes so far; equal on all nodes at the same index
/// @param nodes  the newest proposal of each node that was applied, by the node's id
public record ReplicaProgress(Order.Position position, long timeMs, long digest, Map<Long, Newest> nodes) {
    /// Before the first proposal.
    public static final ReplicaProgress NONE = new ReplicaProgress(Order.Position.NONE, 0, 0, Map.of());

    /// The newest proposal of one node.
    public record Newest(long incarnation, long number) {}

    public ReplicaProgress {
        nodes = Map.copyOf(nodes);
    }

    /// The number that the next proposal of a process must have; 0 if a later process of the same node has made
    /// proposals.
    long expected(long node, long incarnation) {
        @Nullable Newest newest = nodes.get(node);
        if (newest == null || newest.incarnation < incarnation) return 1;
        return newest.incarnation > incarnation ? 0 : newest.number + 1;
    }

    /// The index of the last proposal applied.
    public long index() {
        return position.index();
    }

    ReplicaProgress at(Order.Position placed, long nowMs) {
        return new ReplicaProgress(placed, nowMs, digest, nodes);
    }

    ReplicaProgress with(Proposal proposal, long changed) {
        Map<Long, Newest> newest = new HashMap<>(nodes);
        newest.put(proposal.node(), new Newest(proposal.incarnation(), proposal.number()));
        return new ReplicaProgress(position, timeMs, changed, newest);
    }
}
