package dev.sluice.app.command;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// Waits for the process to be told to end (Ctrl-C, SIGTERM), and holds its end back until all is put away.
final class Stop implements AutoCloseable {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile @Nullable String failure;
    private final Thread hook = new Thread(this::end, "sluice-stop");

    private Stop() {}

    static Stop begin() {
        var stop = new Stop();
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    /// Ends [#await] with a failure: going on makes no sense.
    void fail(String why) {
        failure = why;
        asked.countDown();
    }

    /// Blocks until then.
    ///
    /// @throws Failure if something failed, or this thread is interrupted
    void await() {
        try {
            asked.await();
            String why = failure;
            if (why != null) throw new Failure(Exit.IO, why);
        } catch (InterruptedException reason) {
            Thread.currentThread().interrupt();
            throw new Failure(Exit.INTERRUPTED, "Interrupted.", reason);
        }
    }

    private void end() {
        asked.countDown();
        try {
            done.await();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            return;
        }
        // Who sends SIGTERM, as service managers do, asked for just this, and takes the JVM's 143 for a failure.
        if (isTerminated()) Runtime.getRuntime().halt(0);
    }

    /// The JDK tells no hook which signal there was, but handles each on a thread named after it. Should that name ever
    /// change, the exit code is 143 again.
    private static boolean isTerminated() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("SIGTERM handler"));
    }

    /// All is put away.
    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            return; // The hook is what ends this, and it has been told.
        }
    }
}
