package dev.sluice.storage;

/// When an acknowledged publish is safe, and from what.
public enum Sync {
    /// Before the acknowledgement writes are handed to the operating system, so that they survive any sudden end of
    /// the process; they are synced to disk every second. A loss of power costs about the last second.
    INTERVAL,

    /// Writes are synced to disk before the acknowledgement: they survive a loss of power.
    ALWAYS
}
