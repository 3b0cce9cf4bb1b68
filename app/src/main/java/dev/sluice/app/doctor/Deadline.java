package dev.sluice.app.doctor;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The time by which all tasks of a run are over. A task that is late is interrupted, and nobody waits for it any
/// more: it may hang where no interrupt reaches, such as in the system's resolver.
final class Deadline {
    private final long atNs;

    private Deadline(long atNs) {
        this.atNs = atNs;
    }

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    Deadline earlier(Duration by) {
        return new Deadline(atNs - by.toNanos());
    }

    /// @throws TimeoutException if the task is late
    /// @throws ExecutionException if it failed
    <T> T get(Future<T> task) throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return task.get(Math.max(0, atNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            task.cancel(true);
            throw late;
        }
    }
}
