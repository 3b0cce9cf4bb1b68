package dev.sluice.storage.folder;

import dev.sluice.core.index.EntryStore;
import org.jspecify.annotations.Nullable;

/// The log can't accept a write now: the disk failed, or too many writes wait for it. The failed write was not
/// acknowledged, and may or may not be found in the log later.
@SuppressWarnings("exports") // Only core distinguishes the supertype.
public final class LogUnavailableException extends EntryStore.StoreFailedException {
    public LogUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
