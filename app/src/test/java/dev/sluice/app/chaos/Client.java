package dev.sluice.app.chaos;

/// A client that performs one step after the other.
interface Client {
    /// @param number counts
    void step(int number) throws InterruptedException;
}
