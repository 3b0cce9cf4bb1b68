package dev.sluice.server.subscribe;

/// The form of an event on the wire.
public enum Envelope {
    /// The data alone.
    RAW,
    /// The whole event.
    JSON
}
