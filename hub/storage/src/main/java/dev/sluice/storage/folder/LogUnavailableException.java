package dev.sluice.storage.folder;

import org.jspecify.annotations.Nullable;

/// The log can't accept a write now: the disk failed, or too many writes wait for it. The failed write was not
/// acknowledged, and may or may not be found in the log later.
public final class LogUnavailableException extends RuntimeException {
    public LogUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
