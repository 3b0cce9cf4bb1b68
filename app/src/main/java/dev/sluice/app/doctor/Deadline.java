package dev.sluice.app.doctor;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The time by which all tasks of a run must end. A late task is interrupted, and the run no longer waits for
/// it, because it may hang where interrupts have no effect, such as in the system's resolver.
final class Deadline {
    private final CompletableFuture<Void> passed;

    private Deadline(CompletableFuture<Void> passed) {
        this.passed = passed;
    }

    static Deadline in(Duration time) {
        return when(new CompletableFuture<Void>().completeOnTimeout(null, time.toNanos(), TimeUnit.NANOSECONDS));
    }

    /// @param passed completed when the time is over
    static Deadline when(CompletableFuture<Void> passed) {
        return new Deadline(passed);
    }

    /// Returns the later of the two deadlines.
    Deadline orLater(Deadline other) {
        return new Deadline(CompletableFuture.allOf(passed, other.passed));
    }

    /// Returns the earlier of the two deadlines.
    Deadline orEarlier(Deadline other) {
        return new Deadline(CompletableFuture.anyOf(passed, other.passed).thenRun(() -> {}));
    }

    /// @throws TimeoutException if the task is late
    /// @throws ExecutionException if it failed
    <T> T get(Future<T> task) throws InterruptedException, ExecutionException, TimeoutException {
        var end = passed.thenRun(() -> task.cancel(true));
        try {
            return task.get();
        } catch (CancellationException late) {
            throw new TimeoutException("the time is up");
        } finally {
            end.cancel(false);
        }
    }
}
