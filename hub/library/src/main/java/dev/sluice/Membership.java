package dev.sluice;

/// One share in a client's membership of a channel ([Channel#join]).
public interface Membership extends AutoCloseable {
    /// Ends this share. May be called more than once, and does not block.
    @Override
    void close();
}
