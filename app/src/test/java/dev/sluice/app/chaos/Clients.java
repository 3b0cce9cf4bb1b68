package dev.sluice.app.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Runs clients, each on its own thread, until they are stopped.
final class Clients {
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /// @param pause after each step
    void start(Client client, History history, Duration pause) {
        threads.add(Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; !stopped; i++) {
                    client.step(i);
                    LockSupport.parkNanos(pause.toNanos());
                }
            } catch (InterruptedException interrupted) {
                history.fault(client + " was interrupted");
            } catch (RuntimeException failed) {
                history.fault(client + " failed: " + failed);
            }
        }));
    }

    /// Waits until each has finished its current step.
    void stop() throws InterruptedException {
        stopped = true;
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        for (Thread each : threads) {
            if (!each.join(Duration.ofNanos(Math.max(1, endNs - System.nanoTime()))))
                throw new AssertionError("a publish gets no answer any more");
        }
    }

    /// Stops them without waiting, after the test has failed.
    void abandon() {
        stopped = true;
        threads.forEach(Thread::interrupt);
    }
}
