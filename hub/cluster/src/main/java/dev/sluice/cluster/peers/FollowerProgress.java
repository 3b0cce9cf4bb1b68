package dev.sluice.cluster.peers;

/// The progress of a follower, as the leader of Raft knows it.
///
/// @param acknowledged the index up to which the follower has acknowledged that it has the order on disk
/// @param committed    the index up to which a majority has it
public record FollowerProgress(long acknowledged, long committed) {}
