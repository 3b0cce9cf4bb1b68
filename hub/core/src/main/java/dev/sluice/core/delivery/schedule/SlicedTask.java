package dev.sluice.core.delivery.schedule;

/// Work on all readers of an event loop, in as many slices as needed: see [dev.sluice.core.delivery.SlicedTasks].
public interface SlicedTask {
    /// Readers examined per slice. At some 100 ns each, a slice keeps the loop busy for less than half a
    /// millisecond.
    int STEPS_MAX = 2_048;

    /// Runs a slice on the loop.
    ///
    /// @return true if it was the last one
    boolean run();
}
