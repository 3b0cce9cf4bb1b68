package dev.sluice.server.transport;

import dev.sluice.server.TestServer;

/// The kinds of clients, each written on a plain socket.
public enum ListenerKind {
    SSE,
    SSE_JSON,
    NDJSON,
    TEXT,
    WEBSOCKET,
    WEBSOCKET_RAW,
    LONG_POLL,
    POLL;

    /// Whether it delivers cursors, so that another client can resume from them.
    boolean hasCursors() {
        return this != TEXT && this != WEBSOCKET_RAW;
    }

    /// Whether it can subscribe to several channels.
    boolean takesSeveralChannels() {
        return this != WEBSOCKET_RAW;
    }

    boolean isPoll() {
        return this == LONG_POLL || this == POLL;
    }

    boolean isWebSocket() {
        return this == WEBSOCKET || this == WEBSOCKET_RAW;
    }

    /// Whether an event has its channel and type.
    boolean hasEnvelope() {
        return switch (this) {
            case SSE_JSON, NDJSON, WEBSOCKET, LONG_POLL, POLL -> true;
            case SSE, TEXT, WEBSOCKET_RAW -> false;
        };
    }

    /// The query parameters that select it.
    String parameters() {
        return switch (this) {
            case SSE -> "as=sse&envelope=raw";
            case SSE_JSON -> "as=sse&envelope=json";
            case NDJSON -> "as=ndjson";
            case TEXT -> "as=text";
            case WEBSOCKET -> "envelope=json";
            case WEBSOCKET_RAW -> "envelope=raw";
            case LONG_POLL -> "as=json&wait=60";
            case POLL -> "as=json&wait=0";
        };
    }

    /// @param target  path and query, such as `/channels/news?after=earliest`
    /// @param headers header lines, such as `Last-Event-ID: x-1`
    public Listener listen(TestServer server, String target, String... headers) {
        String whole = target + (target.contains("?") ? "&" : "?") + parameters();
        return switch (this) {
            case SSE, SSE_JSON -> new SseListener(server, whole, this == SSE_JSON, headers);
            case NDJSON -> new LineListener(server, whole, headers);
            case TEXT -> new TextListener(server, whole, headers);
            case WEBSOCKET, WEBSOCKET_RAW -> new WebSocketListener(server, whole, this == WEBSOCKET, headers);
            case LONG_POLL, POLL -> new PollListener(server, whole, headers);
        };
    }
}
