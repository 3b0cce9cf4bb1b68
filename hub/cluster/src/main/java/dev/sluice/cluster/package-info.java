/// The nodes of a replicated log: how one gets into its cluster, takes part in it, notices that it differs or was
/// removed, and leaves it. Read [ClusterNode] first; `order` is what it needs of an order, `raft` and `kafka` keep
/// one, `peers` is what nodes ask each other.
@NullMarked
package dev.sluice.cluster;

import org.jspecify.annotations.NullMarked;
