package dev.sluice.storage;

import java.nio.file.Path;
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
        /// The disk has no room, or the process no file descriptor: nothing is damaged by that.
        NO_ROOM,
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

    /// Why not, if that is for want of something that a machine can run out of; null: it is not.
    ///
    /// @param said by the system
    static @Nullable CannotOpen forLack(Path folder, String said, Throwable cause) {
        String lack = "The log in '" + folder + "' can't be opened, ";
        if (said.contains("No space left on device") || said.contains("Disk quota exceeded")) {
            return new CannotOpen(
                    Reason.NO_ROOM, lack + "as there is no room on its disk: free some, then start again.", cause);
        }
        if (said.contains("Too many open files")) {
            return new CannotOpen(
                    Reason.NO_ROOM,
                    lack + "as too many files are open: let the process open more (ulimit -n), then start again.",
                    cause);
        }
        return null;
    }

    public Reason reason() {
        return reason;
    }
}
