package dev.sluice.core.peers;

import org.jspecify.annotations.Nullable;

/// A node of the cluster, as another one sees it.
///
/// @param address the address for requests between nodes: `host:port`
/// @param id      the [Peers#self] of that node
/// @param role    its role in the order; null if the node does not answer, or has not begun
/// @param term    the term of the order, as the node knows it
/// @param commit  the index up to which the node knows that a majority has the order
/// @param applied the index up to which the node has applied it
/// @param lag     how far it is behind the leader; -1 if no leader is known or the node does not answer
/// @param problem the fault of the node; null if it is healthy
/// @param figures its figures; null if the node does not answer or reports none
public record PeerReport(
        String address,
        String id,
        ReplicationStatus.@Nullable Role role,
        long term,
        long commit,
        long applied,
        long lag,
        @Nullable String problem,
        @Nullable NodeFigures figures) {}
