package dev.sluice.cluster.peers;

/// How far a follower has come, as the leader of Raft knows.
///
/// @param acknowledged the index up to which the follower has said that it has the order on disk
/// @param committed    the index up to which a majority has it
public record FollowerProgress(long acknowledged, long committed) {}
