package dev.sluice.server.http;

/// What a connection waits for, which decides what time limit there is.
enum Phase {
    /// The next request.
    IDLE,
    /// The rest of a request's head.
    HEAD,
    /// More of a request's body.
    BODY,
    /// Ourselves, or a client that may take its time.
    WORK,
    /// The client to take its answer.
    ANSWER,
    /// The client to go, now that it has its last answer.
    LINGER,
    /// The turn of the event loop to end, then the handlers of whoever took over have the connection.
    HAND_OVER,
    /// Nothing any more.
    GONE;

    /// Whether requests are still served.
    boolean isOpen() {
        return switch (this) {
            case IDLE, HEAD, BODY, WORK, ANSWER -> true;
            case LINGER, HAND_OVER, GONE -> false;
        };
    }
}
