/// The nodes of a replicated log: how a node joins its cluster, takes part in it, notices that it differs or
/// was removed, and leaves the cluster. Read [ClusterNode] first. `order` has the interfaces of an order,
/// which `raft` and `kafka` implement; `peers` has the requests between nodes.
///
/// [ClusterEntry] decides whether a node joins or founds a cluster, [AdminClient] serves operators, and
/// [Detachment] turns a node's folder into that of a single hub. [DivergenceCheck] and [ClockCheck] compare
/// the nodes, and [RemovalCheck] notices that this one was removed.
@NullMarked
package dev.sluice.cluster;

import org.jspecify.annotations.NullMarked;
