/// The same log on several nodes, by state machine replication: commands have one total order, and each node
/// applies them in that order with the same outcomes. Read [Order] first, then [Replica] and [ProposingWriter].
@NullMarked
package dev.sluice.core.replication;

import org.jspecify.annotations.NullMarked;
