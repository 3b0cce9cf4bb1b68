package dev.sluice.cluster.order;

/// The leader of a cluster, as a node knows it.
public sealed interface Leader {
    /// This node.
    Leader SELF = new Self();

    /// None is known, or it is not ready.
    Leader NONE = new None();

    record Self() implements Leader {}

    record None() implements Leader {}

    /// @param address for what nodes ask each other besides Raft, as `host:port`
    record Other(String address) implements Leader {}
}
