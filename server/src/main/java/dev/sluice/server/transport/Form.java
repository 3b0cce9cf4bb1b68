package dev.sluice.server.transport;

/// The bytes that an event can become. Wires that share a form share its bytes.
public enum Form {
    SSE_RAW,
    SSE_RAW_CHUNKED,
    SSE_JSON,
    SSE_JSON_CHUNKED,
    NDJSON,
    NDJSON_CHUNKED,
    TEXT,
    TEXT_CHUNKED,
    JSON,
    WEBSOCKET_RAW,
    WEBSOCKET_RAW_DEFLATED,
    WEBSOCKET_JSON,
    WEBSOCKET_JSON_DEFLATED,
    SESSION_WEBSOCKET,
    SESSION_SSE,
    SESSION_SSE_CHUNKED;

    /// What the core tells forms apart by.
    @SuppressWarnings("EnumOrdinal") // Lives as long as the process, and is never written down.
    public int number() {
        return ordinal();
    }
}
