package dev.sluice.server.transport;

import dev.sluice.server.TestServer;

/// The ways to listen, each as a client that is nothing but a socket.
public enum Way {
    SSE,
    SSE_JSON,
    NDJSON,
    TEXT,
    WEBSOCKET,
    WEBSOCKET_RAW,
    LONG_POLL,
    POLL;

    /// Whether it says where it is, so that another can go on from there.
    boolean hasCursors() {
        return this != TEXT && this != WEBSOCKET_RAW;
    }

    /// Whether it can listen to several channels.
    boolean takesSeveral() {
        return this != WEBSOCKET_RAW;
    }

    boolean isPoll() {
        return this == LONG_POLL || this == POLL;
    }

    boolean isWebSocket() {
        return this == WEBSOCKET || this == WEBSOCKET_RAW;
    }

    /// Whether an event comes with its channel and type.
    boolean hasEnvelope() {
        return switch (this) {
            case SSE_JSON, NDJSON, WEBSOCKET, LONG_POLL, POLL -> true;
            case SSE, TEXT, WEBSOCKET_RAW -> false;
        };
    }

    /// What it adds to the URL.
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

    /// @param target  path and query, as `/channels/news?after=earliest`
    /// @param headers lines, as `Last-Event-ID: x-1`
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
