package dev.sluice.core.delivery.schedule;

import java.util.concurrent.Executor;

/// A thread that runs tasks one after the other, like an event loop. Tasks may be submitted from any thread.
public interface Loop extends Executor {
    /// Nanoseconds of a clock that never goes back, with an arbitrary origin.
    long nowNs();

    /// Runs a task after the delay, or slightly later.
    void after(long delayNs, Runnable task);
}
