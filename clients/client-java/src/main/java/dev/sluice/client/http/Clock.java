package dev.sluice.client.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** The clock and all timed waits. Tests replace it so that they need not wait. */
public interface Clock extends InstantSource {
    /** The system clock and real waits. */
    @SuppressWarnings("WaitNotInLoop") // The loop is in Monitor.
    Clock REAL = new Clock() {
        @Override
        public Instant instant() {
            return Instant.now();
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long awaitNanos(Lock lock, Condition signal, long nanos) throws InterruptedException {
            return signal.awaitNanos(nanos);
        }

        @Override
        public long pauseNanos(Lock lock, Condition signal, long nanos) throws InterruptedException {
            return signal.awaitNanos(nanos);
        }
    };

    /** Returns the nanoseconds since some moment, on a clock that nobody sets. */
    long nanoTime();

    /**
     * Waits for a signal. The caller holds the lock.
     *
     * @return the remaining time, 0 or less after a timeout
     */
    long awaitNanos(Lock lock, Condition signal, long nanos) throws InterruptedException;

    /** Waits for time to pass; a signal may end the wait early. The caller holds the lock. */
    long pauseNanos(Lock lock, Condition signal, long nanos) throws InterruptedException;

    /** Converts a duration to nanoseconds, limited to one year. */
    static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofDays(365)) > 0
                ? Duration.ofDays(365).toNanos()
                : duration.toNanos();
    }
}
