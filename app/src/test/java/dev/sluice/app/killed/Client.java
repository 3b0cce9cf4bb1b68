package dev.sluice.app.killed;

/// A client that performs one step after the other.
public interface Client {
    /// @param number counts
    void step(int number) throws InterruptedException;
}
