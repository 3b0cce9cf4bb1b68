package dev.sluice.server.http;

/// A request of HTTP/1.1 that came as a whole, so that it needs neither a time limit for its body nor a reader of
/// parts.
final class WholeRequest {
    private final DecodedHead head;
    private final byte[] body;

    /// @param body not changed afterwards
    WholeRequest(DecodedHead head, byte[] body) {
        this.head = head;
        this.body = body;
    }

    DecodedHead head() {
        return head;
    }

    byte[] body() {
        return body;
    }
}
