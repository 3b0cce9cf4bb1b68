package dev.sluice.client.http;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where one thread waits for what other threads bring it, until its time is over or somebody closes this. State that is
 * changed and looked at only in here needs no other lock. For any thread.
 */
public final class Waiting implements AutoCloseable {
    /** Looks for what is waited for. Runs holding the lock, so it must be quick and call nobody. */
    public interface Look<T> {
        /** What is there by now, null while it has not come. */
        @Nullable
        T now() throws IOException;
    }

    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean closed;

    public Waiting(Time time) {
        this.time = time;
    }

    public Instant now() {
        return time.instant();
    }

    /**
     * Waits until the look finds something.
     *
     * @throws SilenceException      if that takes longer than this
     * @throws CancellationException if this is closed meanwhile, or was before
     */
    public <T> T await(Look<T> look, Duration atMost) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = Time.nanos(atMost);
            while (true) {
                if (closed) throw new CancellationException("closed");
                T found = look.now();
                if (found != null) return found;
                if (left <= 0) throw new SilenceException(atMost);
                left = time.awaitNanos(lock, changed, left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets the time pass. @throws CancellationException as soon as this is closed */
    public void pause(Duration duration) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = Time.nanos(duration);
            while (left > 0 && !closed) left = time.pauseNanos(lock, changed, left);
            if (closed) throw new CancellationException("closed");
        } finally {
            lock.unlock();
        }
    }

    /** Changes what a look may see, and wakes who waits. */
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

    /** Ends every wait, now and later. May be called again. */
    @Override
    public void close() {
        change(() -> closed = true);
    }
}
