package dev.sluice;

/// A conversation with one client (RFC 6455). Pings are answered, large messages compressed where the
/// client takes it.
///
/// Messages come one after the other. While the handler runs a message waits until there is a callback for
/// it; when the handler has returned, what nobody asked for is dropped. A client that sends faster than the
/// callbacks run is held up.
///
/// {@snippet class="dev.sluice.library.Examples" region="ws"}
public interface WebSocket extends Connection {
    /// Sends a text message.
    ///
    /// @throws ClientGone if the client has left, or does not read
    void send(String text);

    /// Sends a binary message.
    void send(byte[] bytes);

    /// Sends a record, map or list as a text message in JSON.
    void json(Object value);

    /// What is done with each text message, at most 1 MiB unless set otherwise: a larger one ends the
    /// connection, 1009.
    void onText(Handler<String> handler);

    /// What is done with each binary message, of the same size.
    void onBinary(Handler<byte[]> handler);

    /// What is done when the connection has ended, with the code that ended it (RFC 6455 §7.4): the
    /// client's or ours, 1005 if the client gave none, 1006 if the line broke.
    void onClose(CloseHandler handler);

    /// Ends the conversation with a code and a short reason.
    ///
    /// @param code 1000 to 4999 without those that are never sent (RFC 6455 §7.4.1); one's own from 4000
    void close(int code, String reason);

    /// Told of the end of a conversation.
    @FunctionalInterface
    interface CloseHandler {
        void closed(int code) throws Exception;
    }
}
