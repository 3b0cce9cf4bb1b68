package dev.sluice.core.delivery.stream;

/// The kinds of streams.
public enum StreamKind {
    /// A subscriber with its own connection.
    SUBSCRIBER,
    SESSION,
    /// A subscriber that shares the connection of a session.
    SUBSCRIPTION,
    /// A poll that had to wait for its answer.
    POLL
}
