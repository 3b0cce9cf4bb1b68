package dev.sluice.server.http;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A time limit that is moved far more often than it is reached: moving it later costs a field, not a timer.
/// By the event loop's own clock, on the event loop only.
public final class Deadline {
    private final EventExecutor loop;
    private final Runnable reached;
    private boolean armed;
    private long atNs;
    private long timerAtNs;
    private @Nullable Future<?> timer;

    public Deadline(EventExecutor loop, Runnable reached) {
        this.loop = loop;
        this.reached = reached;
    }

    public void in(Duration time) {
        long nowNs = loop.ticker().nanoTime();
        atNs = nowNs + time.toNanos();
        armed = true;
        if (timer != null && atNs - timerAtNs >= 0) return; // It will find that there is more time, and wait on.
        if (timer != null) timer.cancel(false);
        start(nowNs);
    }

    public void clear() {
        armed = false;
    }

    /// Lets go of the timer too, which else would hold on to a connection that is gone.
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
        long nowNs = loop.ticker().nanoTime();
        if (nowNs - atNs < 0) {
            start(nowNs);
        } else {
            armed = false;
            reached.run();
        }
    }
}
