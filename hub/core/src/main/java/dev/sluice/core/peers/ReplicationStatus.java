package dev.sluice.core.peers;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The part of this node in the order of a log that several nodes keep.
///
/// @param role          the role of this node in the order
/// @param hasLeader     whether this node has known a leader with a majority within the last few seconds
/// @param term          the term of the order, which grows with each election
/// @param commit        the index up to which this node knows that a majority has the order on disk
/// @param applied       the index up to which this node has applied it
/// @param leaderChanges the number of leader changes since this node was started
/// @param proposals     the number of proposals of this node that have no place yet
/// @param orderBytes    the bytes that the order took on this node's disk about a second ago
/// @param compared      the index at which this node was last found equal to the others, by a digest of all
///                      their outcomes; 0 if not yet since it was started
/// @param clockAhead    how far this node's clock was ahead of the median of all nodes' clocks some seconds ago;
///                      null if not known yet
public record ReplicationStatus(
        Role role,
        boolean hasLeader,
        long term,
        long commit,
        long applied,
        long leaderChanges,
        int proposals,
        long orderBytes,
        long compared,
        @Nullable Duration clockAhead) {
    /// The part of a node in an order that has leaders.
    public enum Role {
        LEADER,
        /// It votes, and follows the leader.
        FOLLOWER,
        /// It asks for votes: there is no leader.
        CANDIDATE,
        /// It follows, and does not vote.
        LISTENER
    }

    /// The same status with the number of proposals that have no place yet.
    public ReplicationStatus withProposals(int count) {
        return new ReplicationStatus(
                role, hasLeader, term, commit, applied, leaderChanges, count, orderBytes, compared, clockAhead);
    }
}
