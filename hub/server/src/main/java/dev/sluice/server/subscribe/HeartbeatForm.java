package dev.sluice.server.subscribe;

/// The form of heartbeats of Server-Sent Events. `docs/protocol.md` §2.
public enum HeartbeatForm {
    /// A block with only an `id:`. An EventSource moves its cursor, and does not notify its page (WHATWG HTML §9.2.6).
    BLOCK,
    /// An event that the page can see.
    EVENT,
    /// The field `id:` without the empty line that ends a block, which some clients pass on as an empty message. Those
    /// clients take over the id as soon as they have read it; an EventSource does so at the end of the next event.
    FIELD
}
