package dev.sluice.core.event;

/// The kind of an event's data. `docs/protocol.md` §3.
public enum ContentKind {
    TEXT,
    JSON,
    BINARY
}
