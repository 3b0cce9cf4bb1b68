package dev.sluice.storage.folder;

/// The time at which a publish is acknowledged and visible to readers, and the failures that it then
/// survives.
public enum Sync {
    /// After it is handed to the operating system, so that it survives any sudden end of the process. A sync
    /// to disk follows every second, so a power failure loses about the last second.
    INTERVAL,

    /// After it is synced to disk, so that it survives a power failure. Waiting publishes share a sync.
    ALWAYS
}
