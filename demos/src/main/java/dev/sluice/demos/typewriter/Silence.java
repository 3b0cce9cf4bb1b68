package dev.sluice.demos.typewriter;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;

/// Listens whether anything is said, and closes the line when nothing is for too long: reading an HTTP answer
/// has no time limit of its own.
final class Silence implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Silence.class.getName());

    private final Duration patience;
    private final Closeable line;
    private final Thread listener;
    private volatile long heardNs = System.nanoTime();
    private volatile boolean isTooLong;

    Silence(Duration patience, Closeable line) {
        this.patience = patience;
        this.line = line;
        this.listener = Thread.ofVirtual().name("sluice model silence").start(this::listen);
    }

    private void listen() {
        try {
            while (true) {
                long leftNs = patience.toNanos() - (System.nanoTime() - heardNs);
                if (leftNs <= 0) break;
                Thread.sleep(Duration.ofNanos(leftNs));
            }
            isTooLong = true;
            line.close(); // Whoever reads gets an IOException.
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            LOG.log(Level.DEBUG, "closing a silent line failed", failed); // Then it is closed already.
        }
    }

    /// Something was said.
    void broken() {
        heardNs = System.nanoTime();
    }

    boolean isTooLong() {
        return isTooLong;
    }

    @Override
    public void close() {
        listener.interrupt();
    }
}
