package dev.sluice.storage.folder;

/// The category of a failure to [open][CannotOpenException] the log.
public enum OpenFailure {
    /// Another process uses it.
    IN_USE,
    /// It can't be read, written or created.
    NO_ACCESS,
    /// The disk has no space left, or the process no file descriptor; the log itself is not damaged.
    NO_ROOM,
    /// Reading or writing failed; the log itself may be intact.
    DISK_FAILED,
    /// A newer version of this program has written it.
    NEWER_FORMAT,
    /// Something in it is missing or corrupt.
    DAMAGED,
    /// There is no log where one is expected.
    NO_LOG,
    /// The target folder is not empty.
    NOT_EMPTY,
    /// It belongs to a node of a cluster.
    OF_CLUSTER,
    /// The heap is too small for the log's channels.
    TOO_LARGE
}
