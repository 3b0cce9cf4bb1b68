package dev.sluice.sense.check;

/// A test of one target that can be run repeatedly. Immutable or safe for use by many threads, although a
/// schedule never runs a check twice at the same time.
@FunctionalInterface
public interface Check {
    /// Runs once. Blocks, on a virtual thread that is interrupted at the check's timeout. Any problem with
    /// the target is an outcome, not an exception.
    ///
    /// @throws InterruptedException if the thread is interrupted before there is an outcome
    Outcome run() throws InterruptedException;
}
