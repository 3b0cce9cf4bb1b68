package dev.sluice.server.transport.websocket;

/// A message from a client: complete, decompressed and checked.
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
sealed interface WebSocketMessage {
    /// @param bytes UTF-8
    record Text(byte[] bytes) implements WebSocketMessage {}

    record Binary(byte[] bytes) implements WebSocketMessage {}

    record Ping(byte[] bytes) implements WebSocketMessage {}

    record Pong() implements WebSocketMessage {}

    /// @param code [CloseFrame#NO_STATUS] if the frame has none
    record Close(int code) implements WebSocketMessage {}
}
