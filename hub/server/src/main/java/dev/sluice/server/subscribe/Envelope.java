package dev.sluice.server.subscribe;

/// How an event appears on the wire.
public enum Envelope {
    /// The data alone.
    RAW,
    /// The whole event.
    JSON
}
