/// An order with Raft, by the library Apache Ratis. Read [RatisOrder] first, then [RatisStateMachine].
/// [ProposalSender] sends proposals to the leader, and [LeaderWatch] notices when the leader is gone.
///
/// [RaftMembers] changes the members. [CatchUpCheck] notices a node that gets no entries, and [StallCheck] one
/// that does nothing with them. [DurableReplies] delays a node's replies until its log is on disk.
/// [RaftSettings] has the timeouts, and [RaftEnd] ends a node's Raft.
@NullMarked
package dev.sluice.cluster.raft;

import org.jspecify.annotations.NullMarked;
