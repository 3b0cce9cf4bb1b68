package dev.sluice.client;

import dev.sluice.client.http.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * A fake clock that the test advances. Pauses end immediately and are recorded; waits for a hub last until it answers.
 */
final class FakeTime implements Clock {
    private record Waiter(Lock lock, Condition signal, Duration atMost, long until) {}

    private static final long DEADLINE_SECONDS = 20;

    final BlockingQueue<Duration> pauses = new LinkedBlockingQueue<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private final long healNanos;
    private Instant now = Instant.parse("2026-11-20T08:15:30Z");
    private long nanoTime;

    FakeTime() {
        this(Duration.ofDays(1));
    }

    /** @param heal real time after which a wait without an answer times out, as for a dead connection */
    FakeTime(Duration heal) {
        healNanos = heal.toNanos();
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public synchronized long nanoTime() {
        return nanoTime;
    }

    private synchronized void advance(Duration time) {
        now = now.plus(time);
        nanoTime += time.toNanos();
    }

    /** Sets the wall clock; the other goes on. */
    synchronized void setBack(Duration time) {
        now = now.minus(time);
    }

    /** The computer sleeps for this time: only the wall clock goes on. */
    synchronized void sleep(Duration time) {
        now = now.plus(time);
    }

    @Override
    @SuppressWarnings("WaitNotInLoop")
    public long awaitNanos(Lock lock, Condition signal, long nanos) throws InterruptedException {
        var atMost = Duration.ofNanos(nanos);
        var waiter = new Waiter(lock, signal, atMost, nanoTime() + nanos);
        synchronized (this) {
            waiters.add(waiter);
            notifyAll();
        }
        try {
            if (signal.awaitNanos(healNanos) <= 0) return 0;
        } finally {
            synchronized (this) {
                waiters.remove(waiter);
            }
        }
        return waiter.until - nanoTime();
    }

    @Override
    public synchronized long pauseNanos(Lock lock, Condition signal, long nanos) {
        var pause = Duration.ofNanos(nanos);
        pauses.add(pause);
        advance(pause);
        return 0;
    }

    Duration nextPause() throws InterruptedException {
        var pause = pauses.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        if (pause == null) throw new AssertionError("no pause has begun");
        return pause;
    }

    /** Blocks until some thread waits with this timeout. */
    synchronized void awaitWait(Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (waiters.stream().noneMatch(waiter -> waiter.atMost.equals(wait))) {
            long left = deadline - System.nanoTime();
            if (left <= 0) throw new AssertionError("no thread waits " + wait + ", only: " + waiters);
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /** Blocks until some thread waits with this timeout, then lets the wait time out. */
    void timeOut(Duration wait) throws InterruptedException {
        var due = new ArrayList<Waiter>();
        synchronized (this) {
            awaitWait(wait);
            advance(wait);
            for (var waiter : waiters) if (waiter.until <= nanoTime) due.add(waiter);
        }
        for (var waiter : due) {
            waiter.lock.lock();
            try {
                waiter.signal.signalAll();
            } finally {
                waiter.lock.unlock();
            }
        }
    }
}
