package dev.sluice;

import java.util.Optional;

/// A stream of Server-Sent Events to one client (WHATWG HTML §9.2). Events are sent immediately and unchanged; the
/// server adds neither ids nor heartbeats.
///
/// {@snippet class="dev.sluice.library.Examples" region="events"}
public interface SseStream extends Connection {
    /// Sends an event with this data; a page receives it in `onmessage`. Line breaks are kept.
    ///
    /// @throws ClientGoneException if the client has disconnected, or has not read for [Sluice#sendTimeout]
    void send(String data);

    /// Sends an event with a name; a page receives it with `addEventListener`.
    void send(String event, String data);

    /// Sends an event with any of its fields.
    void send(SseEvent event);

    /// Sends events that are encoded already, in one piece, for example those of another server.
    ///
    /// @param events one or more whole events, each with the empty line that ends it
    void raw(String events);

    /// Sends a record, map or list as JSON.
    void json(Object data);

    /// Sends an event with a name and a record, map or list as JSON.
    void json(String event, Object data);

    /// Returns the id of the last event that the client received before it reconnected; empty if it has none.
    Optional<String> lastEventId();
}
