package dev.sluice.server.transport.websocket;

/// A protocol violation by the client, or a message the hub no longer waits for. The WebSocket is closed with this
/// code and reason.
final class WebSocketException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient CloseFrame closeFrame;

    WebSocketException(int code, String reason) {
        super(reason, null, false, false); // No stack trace: clients can trigger this error at will.
        this.closeFrame = new CloseFrame(code, reason);
    }

    CloseFrame closeFrame() {
        return closeFrame;
    }
}
