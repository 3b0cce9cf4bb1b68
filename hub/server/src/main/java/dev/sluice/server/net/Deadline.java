package dev.sluice.server.net;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A time limit that is extended far more often than it expires: extending it sets a field and schedules no
/// timer. Uses the event loop's clock. Used on the event loop only.
public final class Deadline {
    private final EventExecutor loop;
    private final Runnable onExpired;
    private boolean armed;
    private long atNs;
    private long timerAtNs;
    private @Nullable Future<?> timer;

    /// @param loop the event loop of a connection
    public Deadline(ScheduledExecutorService loop, Runnable onExpired) {
        this.loop = (EventExecutor) loop; // Has a clock that tests can move.
        this.onExpired = onExpired;
    }

    /// The time of the event loop's clock.
    public long nowNs() {
        return loop.ticker().nanoTime();
    }

    /// Sets the limit to this time from now.
    public void in(Duration time) {
        long nowNs = nowNs();
        atNs = nowNs + time.toNanos();
        armed = true;
        if (timer != null && atNs - timerAtNs >= 0) return; // The timer reschedules itself.
        if (timer != null) timer.cancel(false);
        start(nowNs);
    }

    public void clear() {
        armed = false;
    }

    /// Clears the limit and cancels the timer, which would otherwise keep a closed connection reachable.
    public void end() {
        armed = false;
        if (timer != null) timer.cancel(false);
        timer = null;
    }

    private void start(long nowNs) {
        timerAtNs = atNs;
        timer = loop.schedule(this::fire, Math.max(0, atNs - nowNs), TimeUnit.NANOSECONDS);
    }

    private void fire() {
        timer = null;
        if (!armed) return;
        long nowNs = nowNs();
        if (nowNs - atNs < 0) {
            start(nowNs);
        } else {
            armed = false;
            onExpired.run();
        }
    }
}
