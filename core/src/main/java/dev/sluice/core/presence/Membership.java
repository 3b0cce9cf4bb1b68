package dev.sluice.core.presence;

/// One connection's part in somebody's presence in a channel.
@FunctionalInterface
public interface Membership extends AutoCloseable {
    /// The connection has ended. From any thread; blocks nobody; the second time it does nothing.
    @Override
    void close();
}
