package dev.sluice.core.cluster;

import dev.sluice.core.peers.ReplicationStatus;
import org.jspecify.annotations.Nullable;

/// A node of a cluster, as an operator sees it.
///
/// @param address the address for other nodes, as `host:port`
/// @param id      the id of its folder, 16 hexadecimal digits; null if unknown
/// @param isMember whether it is a member of the cluster, as far as the leader knows
/// @param role    its role in the order; null if the node does not answer, or has not begun
/// @param term    the term of the order, as the node knows it
/// @param commit  the index up to which the node knows that a majority has the order on disk
/// @param applied the index up to which the node has applied it
/// @param lag     how far that is behind the leader's `commit`, in proposals; -1 if unknown
/// @param problem the fault of the node; null if it is healthy
@SuppressWarnings("exports") // Its users also require the packages of core that it names.
public record NodeReport(
        String address,
        @Nullable String id,
        boolean isMember,
        ReplicationStatus.@Nullable Role role,
        long term,
        long commit,
        long applied,
        long lag,
        @Nullable String problem) {}
