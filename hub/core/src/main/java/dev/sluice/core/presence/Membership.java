package dev.sluice.core.presence;

/// A connection's share in a member's presence in a channel.
@FunctionalInterface
public interface Membership extends AutoCloseable {
    /// Ends the share, because the connection has ended. May be called from any thread and more than once; does
    /// not block.
    @Override
    void close();
}
