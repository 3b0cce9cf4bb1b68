package dev.sluice.storage.write;

import dev.sluice.storage.folder.LogUnavailableException;
import org.jspecify.annotations.Nullable;

/// Stops writing at the first failure, for good: a write that may not be kept must not be acknowledged. May be used
/// from any thread.
public final class FailStop {
    private static final System.Logger LOG = System.getLogger(FailStop.class.getName());

    /// Allocated in advance, as there may be no memory left when it is needed.
    private final LogUnavailableException writerFailed = new LogUnavailableException(
            "The log's writer failed, see the hub's log for the reason: publishing stops until the hub is restarted.",
            null);

    private volatile @Nullable LogUnavailableException reason;

    /// The reason why writing has stopped; null while the writer works.
    @Nullable
    public LogUnavailableException reason() {
        return reason;
    }

    public void stop(LogUnavailableException failure) {
        if (reason == null) reason = failure;
    }

    /// Stops writing because of any failure, fails the tasks, and reports it. A step that fails, because the
    /// heap is full, does not prevent the later steps: no publisher may wait forever.
    void stop(Throwable failed, Iterable<? extends WriteTask> tasks) {
        stop(writerFailed);
        for (WriteTask task : tasks) ignoringFailure(() -> task.fail(writerFailed));
        ignoringFailure(() -> LOG.log(System.Logger.Level.ERROR, "the log's writer failed", failed));
    }

    private static void ignoringFailure(Runnable step) {
        try {
            step.run();
        } catch (Throwable ignored) {
            return;
        }
    }
}
