/// What a node needs of an order, and what the order needs of the node, whatever keeps it. Read [OrderStart] first,
/// then [NodeOrder] and [StateMachine].
@NullMarked
package dev.sluice.cluster.order;

import org.jspecify.annotations.NullMarked;
