/// The order of a replicated log, by Apache Ratis, a library for Raft. [dev.sluice.cluster.RatisOrder] is a node's end
/// of it; proposals reach the leader over [dev.sluice.cluster.NodeServer].
@NullMarked
package dev.sluice.cluster;

import org.jspecify.annotations.NullMarked;
