package dev.sluice.app.command;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// Waits until the process is asked to end (Ctrl-C, SIGTERM), and delays its end until everything is closed.
final class Stop implements AutoCloseable {
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable String failure;
    private volatile @Nullable Thread starting;
    private final Thread hook = new Thread(this::end, "sluice-stop");

    private Stop() {}

    static Stop begin() {
        var stop = new Stop();
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    /// Interrupts this thread when the process is asked to end, until [#started]: its start may wait for others.
    void starting(Thread thread) {
        starting = thread;
    }

    void started() {
        starting = null;
    }

    /// Makes [#await] fail, because the hub can't continue.
    void fail(String reason) {
        failure = reason;
        stopRequested.countDown();
    }

    /// Lets [#await] return: the hub was drained.
    void request() {
        stopRequested.countDown();
    }

    /// Blocks until the process is asked to end.
    ///
    /// @throws Failure after [#fail], or if this thread is interrupted
    void await() {
        try {
            stopRequested.await();
            String reason = failure;
            if (reason != null) throw new Failure(Exit.IO, reason);
        } catch (InterruptedException reason) {
            Thread.currentThread().interrupt();
            throw new Failure(Exit.INTERRUPTED, "Interrupted.", reason);
        }
    }

    private void end() {
        stopRequested.countDown();
        Thread interrupted = starting;
        if (interrupted != null) interrupted.interrupt();
        try {
            closed.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return;
        }
        // SIGTERM, as service managers send it, is a normal stop; they would take the JVM's 143 for a failure.
        if (isTerminated()) Runtime.getRuntime().halt(0);
    }

    /// Shutdown hooks can't see the signal, but the JDK handles each on a thread named after it. If that name ever
    /// changes, the exit code is 143 again.
    private static boolean isTerminated() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("SIGTERM handler"));
    }

    /// Lets the process end.
    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            return; // The shutdown is in progress and waits for this.
        }
    }
}
