package dev.sluice.storage;

import java.util.concurrent.Semaphore;

/// Gives room back to the disk where it is short. While the log takes events RocksDB cleans up by itself, in passing;
/// one that takes none, because there is no room, would never do so.
final class Cleaner {
    private final Engine engine;
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread =
            Thread.ofPlatform().name("sluice-clean").daemon().unstarted(this::run);
    private volatile boolean closed;

    Cleaner(Engine engine) {
        this.engine = engine;
    }

    void start() {
        thread.start();
    }

    /// Asks for it, and does not wait.
    void wake() {
        if (wanted.availablePermits() == 0) wanted.release();
    }

    private void run() {
        while (true) {
            wanted.acquireUninterruptibly();
            if (closed) return;
            engine.cleanUp();
        }
    }

    void close() {
        closed = true;
        engine.stopCleaning();
        wanted.release();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
