package dev.sluice.embed.handler;

import dev.sluice.ClientGoneException;
import dev.sluice.server.net.outlet.Outlet;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Sends bytes to one client from threads of a program, which block while the client does not read.
final class BlockingSender {
    /// Bytes that may be queued for one client; the kernel buffers about as much again. Enough that a sender seldom
    /// waits for a client that reads, and affordable for ten thousand clients that do not.
    static final int QUEUED_BYTES_MAX = 64 * 1024;

    private final Outlet outlet;
    private final Duration sendTimeout;
    private final Semaphore capacity = new Semaphore(QUEUED_BYTES_MAX, true);
    private volatile @Nullable String endReason;

    BlockingSender(Outlet outlet, Duration sendTimeout) {
        this.outlet = outlet;
        this.sendTimeout = sendTimeout;
    }

    /// Queues bytes after everything sent before, and returns once they fit into the queue.
    ///
    /// @throws ClientGoneException if the connection has ended, or ends while this method waits
    void send(byte[] bytes) {
        int permits = Math.min(bytes.length, QUEUED_BYTES_MAX); // A larger message is sent alone.
        if (!acquire(permits)) {
            end("the client has not read for " + sendTimeout.toSeconds() + " seconds");
            outlet.end(false);
        }
        String reason = endReason;
        if (reason != null) throw new ClientGoneException(reason);
        outlet.send(bytes, () -> capacity.release(permits));
    }

    /// Ends sending: waiting senders and all later ones throw [ClientGoneException] with this reason.
    void end(String reason) {
        if (endReason != null) return;
        endReason = reason;
        capacity.release(1 << 30); // Enough for every sender, now and later.
    }

    /// Ignores interrupts until it returns, because an interrupt may be
    /// meant for the sender's next step; the timeout limits the wait.
    private boolean acquire(int permits) {
        if (capacity.tryAcquire(permits)) return true;
        long deadlineNs = System.nanoTime() + sendTimeout.toNanos();
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
