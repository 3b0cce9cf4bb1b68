package dev.sluice.core.thread;

import java.time.Duration;
import java.util.function.Consumer;

/// A task that a thread repeats. An unexpected failure of one turn is reported and does not end the thread.
public final class PeriodicTask {
    /// The least time between a failure and the next turn, so that a turn that always fails takes little of the
    /// processor and of the log.
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    private PeriodicTask() {}

    /// A turn of the task.
    public interface Turn {
        /// @return false if the task is done
        boolean run() throws InterruptedException;
    }

    /// Runs turns on this thread until the task is done or the thread is interrupted.
    ///
    /// @param pause    the time between two turns
    /// @param onFailed receives what a turn throws, to log it
    public static void run(Duration pause, Consumer<Throwable> onFailed, Turn turn) {
        try {
            while (isUnfinished(onFailed, turn)) Thread.sleep(pause);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isUnfinished(Consumer<Throwable> onFailed, Turn turn) throws InterruptedException {
        try {
            return turn.run();
        } catch (RuntimeException | Error failed) {
            report(onFailed, failed);
            Thread.sleep(PAUSE_AFTER_FAILURE);
            return true;
        }
    }

    private static void report(Consumer<Throwable> onFailed, Throwable failed) {
        try {
            onFailed.accept(failed);
        } catch (RuntimeException | Error _) {
            // Without memory, the failure can't be logged either. The next turn may have some again.
        }
    }
}
