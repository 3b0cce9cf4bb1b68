package dev.sluice.core.delivery;

/// Work on all readers of an event loop, in as many slices as needed: see [SlicedTasks].
interface SlicedTask {
    /// Readers examined per slice. At some 100 ns each, a slice keeps the loop busy for less than half a millisecond.
    int STEPS_MAX = 2_048;

    /// Runs a slice on the loop.
    ///
    /// @return whether it was the last one
    boolean run();
}
