package dev.sluice.storage;

/// When what is written is safe from what.
public enum Sync {
    /// Handed to the operating system before the acknowledgement, which survives the end of the process, however
    /// sudden; and every second to the disk. A loss of power costs at most the last second or so.
    INTERVAL,

    /// On the disk before the acknowledgement: survives the loss of power.
    ALWAYS
}
