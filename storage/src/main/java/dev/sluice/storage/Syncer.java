package dev.sluice.storage;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Has what was handed to the operating system brought to the disk every second.
final class Syncer {
    private final Engine engine;
    private final Writer writer;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().name("sluice-sync").daemon().unstarted(this::run);

    Syncer(Engine engine, Writer writer) {
        this.engine = engine;
        this.writer = writer;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!end.await(1, TimeUnit.SECONDS)) engine.sync();
        } catch (LogUnavailable failed) {
            // What was acknowledged since the last sync may be lost with the power: no more of that.
            writer.stop(failed);
        } catch (InterruptedException nobodyDoesThat) {
            throw new IllegalStateException(nobodyDoesThat);
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
