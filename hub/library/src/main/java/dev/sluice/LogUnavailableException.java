package dev.sluice;

import org.jspecify.annotations.Nullable;

/// Thrown when the log cannot complete an operation, for example because its disk fails, or its cluster has no
/// majority.
/// The operation may have been completed nevertheless. A request whose handler does not catch it is answered 503.
public final class LogUnavailableException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /// @param message what was not completed, and why
    public LogUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
