package dev.sluice.storage;

import org.jspecify.annotations.Nullable;

/// The log can't keep its promise now: the disk failed, or more is asked of it than it can write. What failed was not
/// acknowledged, and may or may not be found in the log later.
public final class LogUnavailable extends RuntimeException {
    LogUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
