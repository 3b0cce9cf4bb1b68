package dev.sluice.server.order;

import java.net.URI;
import java.util.Map;

/// A connection as its client sees it: a sequence of observations, until it ends or is cut. For one thread.
public interface ClientConnection {
    /// Connects; a hub that can't be reached is an [java.io.UncheckedIOException], here or at the next observation.
    static ClientConnection open(URI hub, ClientKind kind, String target, Map<String, String> fields) {
        return switch (kind) {
            case SSE_RAW, SSE_JSON, JSON_LINES -> new StreamConnection(hub, kind, target, false, fields, 0);
            case WEBSOCKET -> new SocketConnection(hub, target, fields);
            case LONG_POLL, POLL -> new PollConnection(hub, target, fields);
        };
    }

    /// Returns the next observation; waits for it, with a deadline.
    Observation next();

    /// Cuts the connection after this many more bytes (for a WebSocket: messages).
    void cutAfter(long amount);

    /// Cuts the connection.
    void cut();
}
