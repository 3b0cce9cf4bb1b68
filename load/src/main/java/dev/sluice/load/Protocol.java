package dev.sluice.load;

import java.util.Locale;

/// How events reach readers.
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

    public boolean isWebSocket() {
        return accept.isEmpty();
    }

    /// As it is typed, and as it stands in reports.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Where a hub has its channels for it; other servers have other paths.
    String hubPath() {
        return "/channels/{channel}" + query;
    }

    /// The first line of a good answer begins with this.
    String goodAnswer() {
        return isWebSocket() ? "HTTP/1.1 101" : "HTTP/1.1 200";
    }

    String request(Target target, String path) {
        return isWebSocket()
                ? upgrade(target, path)
                : "GET " + path + " HTTP/1.1\r\nHost: " + target.authority() + "\r\nAccept: " + accept + "\r\n\r\n";
    }

    /// A subprotocol is left out: any server takes it so. The key need not be random for who does not check the answer.
    static String upgrade(Target target, String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: " + target.authority()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
                + "\r\nSec-WebSocket-Key: c2x1aWNlLWJlbmNoLTAwMQ==\r\n\r\n";
    }
}
