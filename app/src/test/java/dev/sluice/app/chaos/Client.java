package dev.sluice.app.chaos;

/// A client that does one thing after the other.
interface Client {
    /// @param number counts
    void step(int number) throws InterruptedException;
}
