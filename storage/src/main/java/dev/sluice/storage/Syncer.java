package dev.sluice.storage;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Syncs the write-ahead log to disk every second.
final class Syncer {
    private final Engine engine;
    private final FailStop failStop;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().name("sluice-sync").daemon().unstarted(this::run);

    Syncer(Engine engine, FailStop failStop) {
        this.engine = engine;
        this.failStop = failStop;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!end.await(1, TimeUnit.SECONDS)) engine.sync();
        } catch (LogUnavailable failed) {
            // A loss of power may lose publishes acknowledged since the last sync: acknowledge no more.
            failStop.stop(failed);
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    void close() {
        end.countDown();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
