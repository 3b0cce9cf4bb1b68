/// An order with Raft, by the library Apache Ratis. Read [RatisOrder] first, then [RatisStateMachine].
/// [ProposalSender] sends proposals to the leader, and [LeaderWatch] notices when the leader is gone.
@NullMarked
package dev.sluice.cluster.raft;

import org.jspecify.annotations.NullMarked;
