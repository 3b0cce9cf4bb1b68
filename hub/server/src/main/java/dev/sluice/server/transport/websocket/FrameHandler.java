package dev.sluice.server.transport.websocket;

/// Handles what a client sends over its WebSocket, and answers through the connection's writer. Called on the
/// connection's event loop.
public interface FrameHandler {
    void message(byte[] bytes, boolean isText);

    /// Enqueues a frame, to be written at the next boundary between two messages.
    void enqueue(byte[] frame);

    /// Closes the WebSocket. Further input from the client is discarded (RFC 6455 §7.1.7).
    void close(int code, String reason);

    /// Starts or stops reading from the client.
    void updateReadInterest();
}
