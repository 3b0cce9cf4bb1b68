package dev.sluice;

import java.util.Optional;

/// A stream of Server-Sent Events to one client (WHATWG HTML §9.2). What the handler sends goes out at
/// once, as it is and nothing besides: no ids, no heartbeats.
///
/// {@snippet class="dev.sluice.library.Examples" region="events"}
public interface SseStream extends Connection {
    /// Sends an event of this data, which a page gets in `onmessage`. Line breaks in it are kept.
    ///
    /// @throws ClientGone if the client has left, or does not read
    void send(String data);

    /// Sends an event that a page listens to by its name.
    void send(String event, String data);

    /// Sends an event with all that one can have.
    void send(SseEvent event);

    /// Sends a record, map or list as JSON.
    void json(Object data);

    /// Sends an event of this name whose data is JSON.
    void json(String event, Object data);

    /// The id of the last event that the client had before it lost its connection, if events have ids.
    Optional<String> lastEventId();
}
