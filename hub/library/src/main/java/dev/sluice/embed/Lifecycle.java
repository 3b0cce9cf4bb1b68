package dev.sluice.embed;

import dev.sluice.Task;
import dev.sluice.server.ServerSettings;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Keeps the JVM running until a server ends: by a call of `close`, or by the end of the JVM.
final class Lifecycle {
    private static final System.Logger LOG = System.getLogger(Lifecycle.class.getName());

    /// The time for everything in a close that has no limit in the settings.
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private final AtomicBoolean isClosing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Task> closers = new ArrayList<>();
    private @Nullable Thread shutdownHook;

    /// Keeps the JVM running until [#ended].
    void started() {
        Thread.ofPlatform().daemon(false).name("sluice").start(this::awaitEnd);
    }

    private void awaitEnd() {
        try {
            closed.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// Closes the server when the JVM ends.
    void addShutdownHook(Runnable close, ServerSettings settings) {
        Thread hook =
                Thread.ofPlatform().name("sluice-shutdown").unstarted(() -> closeAndAwait(close, closeMax(settings)));
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            shutdownHook = hook;
        } catch (IllegalStateException ending) {
            close.run(); // The JVM is already shutting down.
        }
    }

    /// How long the JVM waits for a thread that closes the server: a close task that calls `System.exit` never
    /// returns. First clients and then threads of the program have [ServerSettings#stopTime] to end.
    static Duration closeMax(ServerSettings settings) {
        return settings.drainTime().plus(settings.stopTime().multipliedBy(2)).plus(MARGIN);
    }

    /// If another thread is closing the server already, the JVM would halt in the middle of that.
    private void closeAndAwait(Runnable close, Duration atMost) {
        close.run();
        try {
            if (closed.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) return;
            LOG.log(Level.WARNING, "the JVM ends before the server is closed");
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// Adds a task that runs before the server is closed.
    void onClose(Task task) {
        closers.add(task);
    }

    /// Runs the [tasks][#onClose] of the program.
    ///
    /// @return false if the server is being closed, or was
    boolean beginClose() {
        if (isClosing.getAndSet(true)) return false;
        closers.forEach(Lifecycle::attempt);
        return true;
    }

    /// A task that fails must not prevent the rest from being closed.
    private static void attempt(Task closer) {
        try {
            closer.run();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        } catch (Exception | Error failed) {
            LOG.log(Level.ERROR, "a close task failed", failed);
        }
    }

    boolean isClosing() {
        return isClosing.get();
    }

    void ended() {
        removeShutdownHook();
        closed.countDown();
    }

    /// Without this, the hook would keep a closed server in memory until the JVM ends.
    private void removeShutdownHook() {
        Thread hook = shutdownHook;
        if (hook == null || hook.equals(Thread.currentThread())) return;
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            LOG.log(Level.DEBUG, "the shutdown hook stays registered because the JVM is shutting down", ending);
        }
    }

    void await() throws InterruptedException {
        closed.await();
    }
}
