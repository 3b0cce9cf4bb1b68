package dev.sluice.cluster;

/// The leader of a cluster, as a node knows it.
sealed interface Leader {
    /// This node.
    Leader SELF = new Self();

    /// None is known, or it is not ready.
    Leader NONE = new None();

    record Self() implements Leader {}

    record None() implements Leader {}

    /// @param nodeAddress for what nodes ask each other beside Raft
    record Other(long id, String nodeAddress) implements Leader {}
}
