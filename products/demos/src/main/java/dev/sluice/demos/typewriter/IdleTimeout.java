package dev.sluice.demos.typewriter;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;

/// Closes a connection when no data has arrived for too long, because the JDK's HTTP client has no timeout
/// for reading a response.
final class IdleTimeout implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(IdleTimeout.class.getName());

    private final Duration timeout;
    private final Closeable connection;
    private final Thread watcher;
    private volatile long lastDataNs = System.nanoTime();
    private volatile boolean isTooLong;

    IdleTimeout(Duration timeout, Closeable connection) {
        this.timeout = timeout;
        this.connection = connection;
        this.watcher = Thread.ofVirtual().name("sluice model silence").start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                long leftNs = timeout.toNanos() - (System.nanoTime() - lastDataNs);
                if (leftNs <= 0) break;
                Thread.sleep(Duration.ofNanos(leftNs));
            }
            isTooLong = true;
            connection.close(); // The reading thread gets an IOException.
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            LOG.log(Level.DEBUG, "closing a silent connection failed", failed); // It is already closed.
        }
    }

    /// Restarts the timeout, because data has arrived.
    void reset() {
        lastDataNs = System.nanoTime();
    }

    boolean isTooLong() {
        return isTooLong;
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
