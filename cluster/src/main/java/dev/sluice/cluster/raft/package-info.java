/// An order by Raft, with the library Apache Ratis. Read [RatisOrder] first, then [RatisStateMachine]; proposals reach
/// the leader by [ProposalSender].
@NullMarked
package dev.sluice.cluster.raft;

import org.jspecify.annotations.NullMarked;
