package dev.sluice.app.doctor;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The moment by which all tasks of a run are over. A task that is late is interrupted, and nobody waits for it any
/// more: it may hang where no interrupt reaches, such as in the system's resolver.
final class Deadline {
    private final CompletableFuture<Void> passed;

    private Deadline(CompletableFuture<Void> passed) {
        this.passed = passed;
    }

    static Deadline in(Duration time) {
        return when(new CompletableFuture<Void>().completeOnTimeout(null, time.toNanos(), TimeUnit.NANOSECONDS));
    }

    /// @param passed completed when time is up
    static Deadline when(CompletableFuture<Void> passed) {
        return new Deadline(passed);
    }

    /// This one, or the other one if that is later.
    Deadline orLater(Deadline other) {
        return new Deadline(CompletableFuture.allOf(passed, other.passed));
    }

    /// This one, or the other one if that is earlier.
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
