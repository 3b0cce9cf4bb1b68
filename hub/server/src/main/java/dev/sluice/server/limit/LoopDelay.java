package dev.sluice.server.limit;

import dev.sluice.core.metrics.Distribution;
import dev.sluice.core.metrics.Histogram;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Measures how late an event loop runs its tasks, which is how long a client waits for it. A loop is overloaded
/// if five measurements in a row were too late, that is, over a span of at least five times the limit. Pauses of
/// the garbage collector or of the machine, and the loading and compilation of classes after a start, are short
/// and do not count as overload.
final class LoopDelay implements Runnable {
    private static final System.Logger LOG = System.getLogger(LoopDelay.class.getName());
    private static final long EVERY_MS = 100;
    private static final int LATE_MIN = 5;
    private static final Duration LOG_PAUSE = Duration.ofMinutes(1);

    /// In microseconds: a healthy loop is late by some tens of them.
    private final Histogram delays = new Histogram(
            100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
            5_000_000);

    private volatile long maxNs;
    private final LongSupplier nowNs;
    private long dueNs;
    private int lateInARow;
    private long quietUntilNs;
    private volatile boolean isOverloaded;

    /// @param max the delay beyond which a loop is too late
    LoopDelay(Duration max, LongSupplier nowNs) {
        this.maxNs = max.toNanos();
        this.nowNs = nowNs;
        this.quietUntilNs = nowNs.getAsLong();
        await();
    }

    void limit(Duration max) {
        maxNs = max.toNanos();
    }

    void start(ScheduledExecutorService loop) {
        loop.scheduleWithFixedDelay(this, EVERY_MS, EVERY_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void run() {
        long lateNs = nowNs.getAsLong() - dueNs;
        delays.add(Math.max(0, TimeUnit.NANOSECONDS.toMicros(lateNs)));
        lateInARow = lateNs > maxNs ? lateInARow + 1 : 0;
        isOverloaded = lateInARow >= LATE_MIN;
        if (isOverloaded) log(lateNs);
        await();
    }

    private void await() {
        dueNs = nowNs.getAsLong() + TimeUnit.MILLISECONDS.toNanos(EVERY_MS);
    }

    private void log(long lateNs) {
        long now = nowNs.getAsLong();
        if (now - quietUntilNs < 0) return;
        quietUntilNs = now + LOG_PAUSE.toNanos();
        LOG.log(
                Level.WARNING,
                "an event loop is overloaded, new requests get 503 delayMs=" + TimeUnit.NANOSECONDS.toMillis(lateNs)
                        + " limits.loop_delay_max=" + TimeUnit.NANOSECONDS.toMillis(maxNs) + "ms");
    }

    /// The delays of tasks in microseconds. May be called from any thread.
    Distribution delays() {
        return delays.read();
    }

    /// May be called from any thread.
    boolean isOverloaded() {
        return isOverloaded;
    }
}
