package dev.sluice.client.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** The passing of time: what tests replace, so that no test has to wait for it. */
public interface Time extends InstantSource {
    /** The clock on the wall, and waits that take as long as they say. */
    @SuppressWarnings("WaitNotInLoop") // The loop is in Waiting.
    Time REAL = new Time() {
        @Override
        public Instant instant() {
            return Instant.now();
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

    /** Waits, holding the lock, for what others bring. @return how much of the time is left, 0 or less if none */
    long awaitNanos(Lock lock, Condition signal, long nanos) throws InterruptedException;

    /** Waits, holding the lock, for nothing but the time to pass, though a signal may cut it short. */
    long pauseNanos(Lock lock, Condition signal, long nanos) throws InterruptedException;

    /** The longest wait there is; what is longer counts as this. */
    static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofDays(365)) > 0
                ? Duration.ofDays(365).toNanos()
                : duration.toNanos();
    }
}
