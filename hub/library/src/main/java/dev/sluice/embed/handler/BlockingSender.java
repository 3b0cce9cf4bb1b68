package dev.sluice.embed.handler;

import dev.sluice.ClientGoneException;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.net.outlet.Outlet;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Sends bytes to one client from threads of a program, which block while the client does not read.
///
/// The bytes that wait for all clients together count towards a budget. When it runs short, the connections that are
/// furthest behind are closed, and senders wait for the room.
final class BlockingSender {
    /// Bytes that may be queued for one client; the kernel buffers about as much again. Enough that a sender seldom
    /// waits for a client that reads.
    static final int QUEUED_BYTES_MAX = 64 * 1024;

    /// A client for which no more than this waits is not worth an eviction.
    private static final int SMALL_BYTES = 1024;

    private static final Duration PAUSE = Duration.ofMillis(5);

    private final Outlet outlet;
    private final Duration sendTimeout;
    private final InFlightBytes.EvictableHolder unread;
    private final long countedMax;
    private final Semaphore capacity = new Semaphore(QUEUED_BYTES_MAX, true);
    private long waiting; // Bytes, queued or about to be. Guarded by this.
    private final AtomicReference<@Nullable String> endReason = new AtomicReference<>();

    /// @param budget of what all clients have not read
    BlockingSender(Outlet outlet, Duration sendTimeout, InFlightBytes budget) {
        this.outlet = outlet;
        this.sendTimeout = sendTimeout;
        this.countedMax = budget.bytesMax() / 4; // Whatever a program sends fits in.
        this.unread =
                budget.holderOfStream(outlet.loop(), () -> close("many clients read slowly, this one most of all"));
    }

    /// Queues bytes after everything sent before, and returns once they fit into the queue.
    ///
    /// @throws ClientGoneException if the connection has ended, or ends while this method waits
    void send(byte[] bytes) {
        long deadlineNs = System.nanoTime() + sendTimeout.toNanos();
        int permits = Math.min(bytes.length, QUEUED_BYTES_MAX); // A larger message is sent alone.
        long counted = Math.min(bytes.length, countedMax);
        if (!awaitRoom(counted, deadlineNs)) {
            close("clients that do not read have taken all memory for what waits for them");
            throw new ClientGoneException(Objects.requireNonNull(endReason.get()));
        }
        if (!acquire(permits, deadlineNs)) close("the client has not read for " + sendTimeout.toSeconds() + " seconds");
        String reason = endReason.get();
        if (reason != null) {
            sent(counted);
            throw new ClientGoneException(reason);
        }
        outlet.send(bytes, () -> {
            capacity.release(permits);
            sent(counted);
        });
    }

    /// Ends sending: waiting senders and all later ones throw [ClientGoneException] with this reason.
    void end(String reason) {
        if (!endReason.compareAndSet(null, reason)) return;
        capacity.release(1 << 30); // Enough for every sender, now and later. A second time, it would throw.
    }

    private void close(String reason) {
        end(reason);
        outlet.end(false);
    }

    private boolean awaitRoom(long bytes, long deadlineNs) {
        boolean interrupted = false;
        try {
            while (!count(bytes)) {
                if (endReason.get() != null || System.nanoTime() - deadlineNs >= 0) return false;
                try {
                    Thread.sleep(PAUSE);
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean count(long bytes) {
        try {
            unread.take(bytes);
        } catch (ProblemException full) {
            return false;
        }
        if (waiting > 0 || bytes > SMALL_BYTES) unread.await();
        waiting += bytes;
        return true;
    }

    private synchronized void sent(long bytes) {
        unread.moved(bytes);
        waiting -= bytes;
        if (waiting == 0) unread.giveBackAll();
        else unread.giveBack(bytes);
    }

    /// Ignores interrupts until it returns, because an interrupt may be
    /// meant for the sender's next step; the timeout limits the wait.
    private boolean acquire(int permits, long deadlineNs) {
        if (capacity.tryAcquire(permits)) return true;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return capacity.tryAcquire(permits, deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
