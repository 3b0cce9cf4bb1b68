package dev.sluice.storage;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Gives room back to the disk where it is short. While the log takes events RocksDB cleans up by itself, in passing;
/// one that takes none, because there is no room, would never do so.
final class Cleaner {
    private static final int RETRY_S = 5;

    private final Engine engine;
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread =
            Thread.ofPlatform().name("sluice-clean").daemon().unstarted(this::run);
    private final CountDownLatch closed = new CountDownLatch(1);

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
        try {
            for (wanted.acquire(); closed.getCount() > 0; wanted.acquire()) {
                if (!engine.cleanUp()) closed.await(RETRY_S, TimeUnit.SECONDS);
            }
        } catch (InterruptedException nobodyDoesThat) {
            throw new IllegalStateException(nobodyDoesThat);
        }
    }

    void close() {
        closed.countDown();
        engine.stopCleaning();
        wanted.release();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
