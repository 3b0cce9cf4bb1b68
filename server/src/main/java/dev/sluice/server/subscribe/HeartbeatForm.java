package dev.sluice.server.subscribe;

/// How heartbeats of Server-Sent Events appear. `docs/protocol.md` §2.
public enum HeartbeatForm {
    /// As a block that has an `id:` alone: an EventSource moves its cursor, and notifies its page of nothing (WHATWG
    /// HTML §9.2.6).
    BLOCK,
    /// As an event that the page can see.
    EVENT,
    /// As the field `id:` without the empty line that ends a block, which some clients pass on as an empty message.
    /// They
    /// take over the id once they have read the field; an EventSource does so at the end of the next event.
    FIELD
}
