package dev.sluice.app.doctor;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// Measures small requests, whose answers proxies do not hold back, one after the other beside another probe.
/// A proxy that holds events back delays only the events; a busy machine, network or hub delays everything.
/// So a delay is attributed to a proxy only if it is much longer than the slowest of these requests.
final class Baseline implements AutoCloseable {
    private static final int PAUSE_MS = 200;

    /// A pause of everything may begin between two requests, and is then seen in part.
    private static final int FACTOR = 2;

    private final HubPath path;
    private final Thread thread;
    private volatile long slowestNs;
    private volatile long dueNs;

    private Baseline(HubPath path) {
        this.path = path;
        dueNs = System.nanoTime();
        thread = Thread.ofVirtual().start(this::measure);
    }

    /// Measures until it is closed.
    static Baseline begin(HubPath path) {
        return new Baseline(path);
    }

    private void measure() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                path.text(path.request("count.json", "").build());
            } catch (IOException failed) {
                // Its time counts nevertheless.
            } catch (InterruptedException closed) {
                return;
            }
            long nowNs = System.nanoTime();
            slowestNs = Math.max(slowestNs, nowNs - dueNs);
            // Counts from the time when the next request is due, so that a late wake-up of the thread counts
            // as well.
            dueNs = nowNs + TimeUnit.MILLISECONDS.toNanos(PAUSE_MS);
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            } catch (InterruptedException closed) {
                return;
            }
        }
    }

    /// The slowest request so far, including the one in progress.
    long slowestMs() {
        return TimeUnit.NANOSECONDS.toMillis(Math.max(slowestNs, System.nanoTime() - dueNs));
    }

    /// Returns true if a delay is much longer than the slowest request beside it.
    static boolean isExceeded(long slowestMs, long delayMs) {
        return delayMs > FACTOR * slowestMs;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
