package dev.sluice.cluster.order;

/// The leader of a cluster, as a node knows it.
public sealed interface Leader {
    /// This node.
    Leader SELF = new Self();

    /// No leader is known, or it is not ready.
    Leader NONE = new None();

    record Self() implements Leader {}

    record None() implements Leader {}

    /// @param address the request address, `host:port`, where nodes talk to each other besides Raft
    record Other(String address) implements Leader {}
}
