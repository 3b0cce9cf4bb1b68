package dev.sluice.server.transport.websocket;

/// Who hears what a client sends up its WebSocket, and answers through the one who writes to it. All calls come on the
/// connection's event loop.
public interface Ear {
    void message(byte[] bytes, boolean isText);

    /// Says this frame at the next place between two messages.
    void say(byte[] frame);

    /// Ends the conversation. What else the client sends is nobody's business any more (RFC 6455 §7.1.7).
    void leave(int code, String why);

    /// Listens, or not: TCP's window then holds up the client.
    void breathe();

    /// The server stops. Subscribers are told in another way.
    default void stopping() {}
}
