package dev.sluice.app.killed;

import dev.sluice.core.history.Publishes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Runs clients, each on its own thread, until they are stopped.
public final class Clients {
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /// @param pause after each step
    public void start(Client client, Publishes publishes, Duration pause) {
        threads.add(Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; !stopped; i++) {
                    client.step(i);
                    LockSupport.parkNanos(pause.toNanos());
                }
            } catch (InterruptedException interrupted) {
                publishes.fault(client + " was interrupted");
            } catch (RuntimeException failed) {
                publishes.fault(client + " failed: " + failed);
            }
        }));
    }

    /// Waits until each has finished its current step.
    public void stop() throws InterruptedException {
        stopped = true;
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        for (Thread each : threads) {
            if (!each.join(Duration.ofNanos(Math.max(1, endNs - System.nanoTime()))))
                throw new AssertionError("a publish gets no answer any more");
        }
    }

    /// Stops them without waiting, after the test has failed.
    public void abandon() {
        stopped = true;
        threads.forEach(Thread::interrupt);
    }
}
