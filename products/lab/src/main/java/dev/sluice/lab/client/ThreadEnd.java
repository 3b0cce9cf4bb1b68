package dev.sluice.lab.client;

/// Waits for threads to end.
public final class ThreadEnd {
    private ThreadEnd() {}

    /// Blocks until it has ended, or this thread is interrupted, which then ends all that it waits for.
    public static void await(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
