package dev.sluice.sense.check;

/// A question about one target, which can be asked again and again. Immutable or safe for use by many threads, although
/// a schedule never runs one twice at the same time.
@FunctionalInterface
public interface Check {
    /// Asks once. Blocks, on a virtual thread that is interrupted when the check's time is over. Whatever goes wrong
    /// with the target is an outcome, not an exception.
    ///
    /// @throws InterruptedException if the thread is interrupted before there is an outcome
    Outcome run() throws InterruptedException;
}
