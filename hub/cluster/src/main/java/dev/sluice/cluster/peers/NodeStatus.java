package dev.sluice.cluster.peers;

import dev.sluice.core.peers.NodeFigures;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node, as it describes itself to other nodes and to its operator.
///
/// @param address as the others know it: `host:port`
/// @param state   how far it is on its way into a cluster
/// @param hasLog  whether there is a log in its folder
/// @param id      null: it has none yet
/// @param cluster null: it belongs to none yet
/// @param leader  the address of the leader, for what nodes ask each other; null: none is known
/// @param role    of Raft; null before it has begun
/// @param term    of Raft
/// @param commit  the index up to which a majority has the order on disk
/// @param applied the index up to which this node has applied it
/// @param members of the cluster, as this node knows them
/// @param problem why the node is not as it should be, for its operator; null: it is
/// @param figures of what it does for its clients; null: it serves none yet
public record NodeStatus(
        String address,
        State state,
        boolean hasLog,
        @Nullable String id,
        @Nullable String cluster,
        @Nullable String leader,
        @Nullable String role,
        long term,
        long commit,
        long applied,
        List<Member> members,
        @Nullable String problem,
        @Nullable NodeFigures figures) {
    public NodeStatus {
        members = List.copyOf(members);
    }

    /// How far a node is on its way into a cluster.
    public enum State {
        /// It belongs to no cluster, and looks for one.
        NEW,
        /// It gets a copy of the cluster's log.
        JOINING,
        /// It takes part in the order.
        MEMBER
    }
}
