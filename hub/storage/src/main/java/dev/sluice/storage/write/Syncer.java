package dev.sluice.storage.write;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.metrics.Distribution;
import dev.sluice.core.metrics.Histogram;
import dev.sluice.storage.folder.LogUnavailableException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Syncs the write-ahead log to disk every second.
public final class Syncer {
    private final Runnable sync;
    private final FailStop failStop;
    private final Supplier<Cursor> head;
    private volatile @Nullable Cursor synced;
    private final Histogram times = DiskTimes.histogram();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().name("sluice-sync").daemon().unstarted(this::run);

    /// @param sync writes to disk what is in the log
    /// @param head the end of the log
    public Syncer(Runnable sync, FailStop failStop, Supplier<Cursor> head) {
        this.head = head;
        this.sync = sync;
        this.failStop = failStop;
    }

    /// Microseconds that syncs took. May be called from any thread.
    public Distribution times() {
        return times.read();
    }

    /// The end of the log at the last sync; null before the first sync.
    @Nullable
    public Cursor synced() {
        return synced;
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!end.await(1, TimeUnit.SECONDS)) {
                long startNs = System.nanoTime();
                Cursor written = head.get();
                sync.run();
                DiskTimes.addSince(times, startNs);
                synced = written;
            }
        } catch (LogUnavailableException failed) {
            // A power failure may lose publishes acknowledged since the last sync: acknowledge no more.
            failStop.stop(failed);
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        } catch (Throwable failed) { // Including OutOfMemoryError: nothing would be synced any more.
            failStop.stop(failed, List.of());
        }
    }

    public void close() {
        end.countDown();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
