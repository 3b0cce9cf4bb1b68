package dev.sluice.lab.client;

/// Waits for threads to end.
public final class ThreadEnd {
    private ThreadEnd() {}

    /// Blocks until the thread has ended. If the calling thread is interrupted, it stops waiting and stays
    /// interrupted.
    public static void await(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
