package dev.sluice.load;

import java.util.Locale;

/// The protocol over which readers receive events.
public enum Protocol {
    SSE("text/event-stream", ""),
    NDJSON("application/x-ndjson", ""),
    TEXT("text/plain", ""),
    WS("", ""),
    WS_RAW("", "?envelope=raw");

    private final String accept;
    private final String query;

    Protocol(String accept, String query) {
        this.accept = accept;
        this.query = query;
    }

    String accept() {
        return accept;
    }

    public boolean isWebSocket() {
        return accept.isEmpty();
    }

    /// The name on the command line and in reports.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The path of a channel on a hub; other servers have other paths.
    String hubPath() {
        return "/channels/{channel}" + query;
    }

    /// The beginning of the status line of a successful response.
    String goodAnswer() {
        return isWebSocket() ? "HTTP/1.1 101" : "HTTP/1.1 200";
    }

    /// The head of a request without the empty line at its end.
    String request(Target target, String path) {
        return isWebSocket()
                ? upgrade(target, path)
                : "GET " + path + " HTTP/1.1\r\nHost: " + target.authority() + "\r\nAccept: " + accept + "\r\n";
    }

    /// Names no subprotocol, because every server accepts that.
    /// The key is constant because the response is not checked.
    static String upgrade(Target target, String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: " + target.authority()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
                + "\r\nSec-WebSocket-Key: c2x1aWNlLWJlbmNoLTAwMQ==\r\n";
    }
}
