package dev.sluice.storage;

import org.jspecify.annotations.Nullable;

/// The log's folder can't be used. The message says what, where and what can be done, in one line.
public final class CannotOpen extends RuntimeException {
    private final Reason reason;

    /// Why not.
    public enum Reason {
        /// Another process has it.
        IN_USE,
        /// It can't be read, written or made.
        NO_ACCESS,
        /// A newer version of this program has written it.
        NEWER_FORMAT,
        /// Something in it is missing or broken.
        DAMAGED,
        /// A log was to be there, and is not.
        NO_LOG,
        /// Nothing was to be there, and something is.
        NOT_EMPTY,
        /// The heap is too small for what it keeps.
        TOO_LARGE
    }

    CannotOpen(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
