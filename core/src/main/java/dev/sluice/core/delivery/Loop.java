package dev.sluice.core.delivery;

import java.util.concurrent.Executor;

/// A thread that runs tasks one after the other, as event loops do. May be told to from any thread.
public interface Loop extends Executor {
    /// Nanoseconds that never go back, from any beginning.
    long nowNs();

    /// Runs a task when so much time has passed, or a little later.
    void after(long delayNs, Runnable task);
}
