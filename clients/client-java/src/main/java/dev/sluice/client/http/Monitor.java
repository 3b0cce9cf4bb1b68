package dev.sluice.client.http;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A monitor on which one thread waits for changes by other threads, until a timeout or until it is closed. State that
 * is only read and changed within it needs no other lock. Safe for use by many threads.
 */
public final class Monitor implements AutoCloseable {
    /** Checks the awaited condition. Runs while the lock is held, so it must be quick and must not call other code. */
    public interface Probe<T> {
        /** Returns the awaited value, or null if it is not available yet. */
        @Nullable
        T poll() throws IOException;
    }

    private final Clock time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean closed;

    public Monitor(Clock time) {
        this.time = time;
    }

    public Instant now() {
        return time.instant();
    }

    public Deadline deadline(Duration fromNow) {
        return new Deadline(time, fromNow);
    }

    /**
     * Waits until the probe returns a value.
     *
     * @throws ReadTimeoutException      on timeout
     * @throws CancellationException if this is or becomes closed
     */
    public <T> T await(Probe<T> probe, Duration atMost) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = Clock.nanos(atMost);
            while (true) {
                if (closed) throw new CancellationException("closed");
                T found = probe.poll();
                if (found != null) return found;
                if (left <= 0) throw new ReadTimeoutException(atMost);
                left = time.awaitNanos(lock, changed, left);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for this time.
     *
     * @throws CancellationException as soon as this is closed
     */
    public void pause(Duration duration) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = Clock.nanos(duration);
            while (left > 0 && !closed) left = time.pauseNanos(lock, changed, left);
            if (closed) throw new CancellationException("closed");
        } finally {
            lock.unlock();
        }
    }

    /** Changes the guarded state and wakes the waiting thread. */
    public void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Ends every wait, now and later. Further calls have no effect. */
    @Override
    public void close() {
        change(() -> closed = true);
    }
}
