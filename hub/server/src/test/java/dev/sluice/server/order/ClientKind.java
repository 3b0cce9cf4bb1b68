package dev.sluice.server.order;

/// The transport and format of a client.
public enum ClientKind {
    SSE_RAW,
    SSE_JSON,
    JSON_LINES,
    WEBSOCKET,
    LONG_POLL,
    POLL;

    /// Whether it is an endless HTTP body.
    public boolean isStream() {
        return this == SSE_RAW || this == SSE_JSON || this == JSON_LINES;
    }

    /// Whether it is one request with one answer.
    boolean isPoll() {
        return this == LONG_POLL || this == POLL;
    }
}
