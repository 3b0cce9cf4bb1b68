package dev.sluice.server.order;

/// A connection as its client sees it: one thing after the other, until it ends or is cut. For one thread.
interface Line {
    /// What comes next; waits for it, with a deadline.
    Seen next();

    /// Lets only so much more come through, then cuts the line at that very byte (a WebSocket: message).
    void cutAfter(long amount);

    /// Cuts the line.
    void cut();
}
