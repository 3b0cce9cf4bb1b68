/// The interfaces between a node and its order, the same for Raft and Kafka. Read [OrderStart] first, then
/// [NodeOrder] and [StateMachine].
@NullMarked
package dev.sluice.cluster.order;

import org.jspecify.annotations.NullMarked;
