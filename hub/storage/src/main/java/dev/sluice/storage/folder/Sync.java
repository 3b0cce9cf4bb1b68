package dev.sluice.storage.folder;

/// When a publish is acknowledged and readers see it, and what it then survives.
public enum Sync {
    /// Once it is handed to the operating system, so that it survives any sudden end of the process. A sync to disk
    /// follows every second: a loss of power costs about the last second.
    INTERVAL,

    /// Once it is synced to disk, so that it survives a loss of power. Publishes that wait share a sync.
    ALWAYS
}
