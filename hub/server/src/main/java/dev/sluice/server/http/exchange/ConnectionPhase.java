package dev.sluice.server.http.exchange;

/// The phase of a connection, by what it waits for. It decides which time limit applies.
public enum ConnectionPhase {
    /// Waits for the next request.
    IDLE,
    /// Waits for the rest of a request's head.
    HEAD,
    /// Waits for more of a request's body.
    BODY,
    /// Waits for the server, or for a client without a time limit.
    WORK,
    /// Waits for the client to read its answer.
    ANSWER,
    /// Serves no further request: it is closing, closed, or owned by an outlet.
    ENDED
}
