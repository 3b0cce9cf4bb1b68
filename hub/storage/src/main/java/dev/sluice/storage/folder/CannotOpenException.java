package dev.sluice.storage.folder;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The log's folder can't be used. The message says in one line what happened, where, and what to do.
public final class CannotOpenException extends RuntimeException {
    private final OpenFailure reason;

    public CannotOpenException(OpenFailure reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /// Recognizes a failure caused by an exhausted resource: disk space or file descriptors.
    ///
    /// @param message the system's error message
    /// @return null if the failure has another cause
    public static @Nullable CannotOpenException forExhaustion(Path folder, String message, Throwable cause) {
        String lack = "The log in '" + folder + "' can't be opened, ";
        if (message.contains("No space left on device") || message.contains("Disk quota exceeded")) {
            return new CannotOpenException(
                    OpenFailure.NO_ROOM, lack + "as its disk is full: free some space, then start again.", cause);
        }
        if (message.contains("Too many open files")) {
            return new CannotOpenException(
                    OpenFailure.NO_ROOM,
                    lack + "as too many files are open: let the process open more (ulimit -n), then start again.",
                    cause);
        }
        return null;
    }

    public OpenFailure reason() {
        return reason;
    }
}
