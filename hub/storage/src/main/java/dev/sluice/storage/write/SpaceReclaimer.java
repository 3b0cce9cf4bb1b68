package dev.sluice.storage.write;

import dev.sluice.storage.engine.Engine;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Frees disk space when it runs short. RocksDB compacts as a side effect of writes; a log that refuses
/// events for lack of space would never compact.
public final class SpaceReclaimer {
    private static final System.Logger LOG = System.getLogger(SpaceReclaimer.class.getName());
    private static final int RETRY_S = 5;

    private final Engine engine;
    private final Semaphore requests = new Semaphore(0);
    private final Thread thread =
            Thread.ofPlatform().name("sluice-clean").daemon().unstarted(this::run);
    private final CountDownLatch closed = new CountDownLatch(1);

    public SpaceReclaimer(Engine engine) {
        this.engine = engine;
    }

    public void start() {
        thread.start();
    }

    /// Requests a cleanup without waiting for it.
    public void wake() {
        if (requests.availablePermits() == 0) requests.release();
    }

    private void run() {
        try {
            for (requests.acquire(); closed.getCount() > 0; requests.acquire()) {
                if (!cleanUp()) closed.await(RETRY_S, TimeUnit.SECONDS);
            }
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// A failure does not end the thread, because the disk would fill up.
    private boolean cleanUp() {
        try {
            return engine.cleanUp();
        } catch (RuntimeException | Error failed) {
            LOG.log(System.Logger.Level.ERROR, "cleaning up failed; it is tried again later", failed);
            return false;
        }
    }

    public void close() {
        closed.countDown();
        engine.stopCleaning();
        requests.release();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
