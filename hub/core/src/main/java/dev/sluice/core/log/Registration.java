package dev.sluice.core.log;

/// A registered listener. May be closed from any thread, also repeatedly.
public interface Registration extends AutoCloseable {
    /// Removes the listener. A concurrent call may still arrive.
    @Override
    void close();
}
