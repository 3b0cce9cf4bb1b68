/// An order by Raft, with the library Apache Ratis. Read [RatisOrder] first, then [RatisStateMachine]; proposals reach
/// the leader by [ProposalSender], and [LeaderWatch] notices when it is gone.
@NullMarked
package dev.sluice.cluster.raft;

import org.jspecify.annotations.NullMarked;
