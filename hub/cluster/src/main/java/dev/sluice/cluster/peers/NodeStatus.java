package dev.sluice.cluster.peers;

import dev.sluice.core.peers.NodeFigures;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The status of a node, as it describes itself to other nodes and to its operator.
///
/// @param address the address under which the others know it, `host:port`
/// @param state   the state of its membership
/// @param hasLog  whether its folder has a log
/// @param id      null if it has none yet
/// @param cluster null if it belongs to none yet
/// @param leader  the request address of the leader; null if none is known
/// @param role    the role in Raft; null before the order has begun
/// @param term    the term of Raft
/// @param commit  the index up to which a majority has the order on disk
/// @param applied the index up to which this node has applied it
/// @param members the members of the cluster, as this node knows them
/// @param problem the reason why the node is not healthy, for its operator; null if it is
/// @param figures the figures about its clients; null if it serves none yet
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

    /// The states of a node's membership.
    public enum State {
        /// The node belongs to no cluster, and looks for one.
        NEW,
        /// The node gets a copy of the cluster's log.
        JOINING,
        /// The node takes part in the order.
        MEMBER
    }
}
