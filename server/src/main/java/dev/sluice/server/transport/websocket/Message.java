package dev.sluice.server.transport.websocket;

/// What a client sends up a WebSocket, whole, uncompressed and checked.
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
sealed interface Message {
    /// @param bytes UTF-8
    record Text(byte[] bytes) implements Message {}

    record Binary(byte[] bytes) implements Message {}

    record Ping(byte[] bytes) implements Message {}

    record Pong() implements Message {}

    /// @param code [Goodbye#NO_STATUS] if it has none
    record Close(int code) implements Message {}
}
