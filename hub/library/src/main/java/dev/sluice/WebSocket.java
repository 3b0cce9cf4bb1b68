package dev.sluice;

import java.util.List;

/// A WebSocket connection to one client (RFC 6455). Pings are answered automatically. Large messages are compressed
/// if the client supports it.
///
/// Messages are delivered one at a time. While the handler runs, a message without a callback is buffered until the
/// handler sets one; after the handler has returned, messages without a callback are dropped, and so are those that
/// arrive after the end. A client that sends faster than the callbacks run is slowed down (backpressure).
///
/// {@snippet class="dev.sluice.library.Examples" region="ws"}
public interface WebSocket extends Connection {
    /// Sends a text message.
    ///
    /// @throws ClientGoneException if the client has disconnected, or has not read for [Sluice#sendTimeout]
    void send(String text);

    /// Sends text messages in one piece: a write for each would cost more than all else.
    void send(List<String> texts);

    /// Sends a binary message.
    void send(byte[] bytes);

    /// Sends a record, map or list as a text message in JSON.
    void json(Object value);

    /// Sets the handler for text messages. A message larger than 1
    /// MiB (the default limit) closes the connection with code 1009.
    void onText(Handler<String> handler);

    /// Sets the handler for binary messages, which have the same limit.
    void onBinary(Handler<byte[]> handler);

    /// Sets the handler for the end of the connection. It receives the close code (RFC 6455 §7.4) of the client or
    /// the server: 1005 if the client sent none, 1006 if the connection was lost.
    void onClose(CloseHandler handler);

    /// Closes the connection with a code and a short reason.
    ///
    /// @param code 1000 to 4999, except for codes that must not be sent (RFC 6455 §7.4.1); 4000 and above are free
    ///             for private use
    /// @throws IllegalArgumentException if the code is not allowed
    void close(int code, String reason);

    /// Called with the close code when a connection has ended.
    @FunctionalInterface
    interface CloseHandler {
        void closed(int code) throws Exception;
    }
}
