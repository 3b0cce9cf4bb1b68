package dev.sluice.server.order;

/// A connection as its client sees it: a sequence of observations, until it ends or is cut. For one thread.
interface ClientConnection {
    /// Returns the next observation; waits for it, with a deadline.
    Observation next();

    /// Cuts the connection after this many more bytes (for a WebSocket: messages).
    void cutAfter(long amount);

    /// Cuts the connection.
    void cut();
}
