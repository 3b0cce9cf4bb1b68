package dev.sluice.server.order;

/// How a client is told events.
enum Way {
    SSE_RAW,
    SSE_JSON,
    JSON_LINES,
    WEBSOCKET,
    LONG_POLL,
    POLL;

    /// One question, one answer.
    boolean isPoll() {
        return this == LONG_POLL || this == POLL;
    }
}
