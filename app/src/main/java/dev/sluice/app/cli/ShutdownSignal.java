package dev.sluice.app.cli;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Waits until the process is asked to end (Ctrl-C, SIGTERM), and delays its end until everything is closed.
public final class ShutdownSignal implements AutoCloseable {
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Thread starting;
    private final Thread hook = new Thread(this::end, "sluice-stop");

    private ShutdownSignal() {}

    /// An event that ends a wait.
    private sealed interface Event {
        /// The process was asked to end.
        record Requested() implements Event {}

        /// The hub can't continue, or the command's output has no reader.
        record Failed(RuntimeException reason) implements Event {}

        /// The hub can't continue, but a restarted one can.
        record Restart() implements Event {}
    }

    public static ShutdownSignal begin() {
        var stop = new ShutdownSignal();
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    /// Interrupts this thread when the process is asked to end, until [#started]: during its start it may
    /// wait for other nodes.
    public void starting(Thread thread) {
        starting = thread;
    }

    public void started() {
        starting = null;
    }

    /// Makes [#await] fail, because the hub can't continue.
    public void fail(String reason) {
        fail(new CommandException(Exit.IO, reason));
    }

    /// Makes [#await] throw the failure of another thread.
    public void fail(RuntimeException reason) {
        events.add(new Event.Failed(reason));
    }

    /// Makes [#await] return true.
    public void restart() {
        events.add(new Event.Restart());
    }

    /// Makes [#await] return, because the hub was drained.
    public void request() {
        events.add(new Event.Requested());
    }

    /// Blocks until the process is asked to end, or [#restart].
    ///
    /// @return true if the hub must be started again
    /// @throws CommandException          if this thread is interrupted
    /// @throws RuntimeException the reason given to [#fail]
    public boolean await() {
        return await(() -> {});
    }

    /// @param meanwhile run by this thread once a second during the wait
    public boolean await(Runnable meanwhile) {
        try {
            Event event;
            while ((event = events.poll(1, TimeUnit.SECONDS)) == null) meanwhile.run();
            return switch (event) {
                case Event.Requested() -> false;
                case Event.Restart() -> true;
                case Event.Failed(RuntimeException reason) -> throw reason;
            };
        } catch (InterruptedException reason) {
            Thread.currentThread().interrupt();
            throw new CommandException(Exit.INTERRUPTED, "Interrupted.", reason);
        }
    }

    private void end() {
        request();
        Thread interrupted = starting;
        if (interrupted != null) interrupted.interrupt();
        try {
            closed.await();
            // SIGTERM, which service managers send, is a normal stop; they would treat the JVM's exit code 143 as
            // a failure.
            if (!isTerminated()) return;
            for (var recorder : threads("JFR Shutdown Hook")) recorder.join(); // Else its recording would be lost.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return;
        }
        Runtime.getRuntime().halt(0);
    }

    /// Shutdown hooks can't see the signal, but the JDK handles each on a thread named after it. If that name ever
    /// changes, the exit code is 143 again.
    private static boolean isTerminated() {
        return !threads("SIGTERM handler").isEmpty();
    }

    private static List<Thread> threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .toList();
    }

    /// Allows the process to end.
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
