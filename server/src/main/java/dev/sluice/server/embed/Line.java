package dev.sluice.server.embed;

import dev.sluice.ClientGone;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Bytes to one client, sent from threads that wait while it does not read.
final class Line {
    /// What may wait for a client in our memory; the kernel has about as much again. Enough that a sender
    /// seldom waits for a client that reads, little enough for ten thousand that don't.
    static final int WAITING_BYTES_MAX = 64 * 1024;

    private final Channel channel;
    private final Duration sendTimeout;
    private final Semaphore room = new Semaphore(WAITING_BYTES_MAX, true);
    private volatile @Nullable String over;

    Line(Channel channel, Duration sendTimeout) {
        this.channel = channel;
        this.sendTimeout = sendTimeout;
    }

    /// Sends behind everything sent before; returns when there is room for it in what may wait.
    ///
    /// @throws ClientGone if the line is over, or becomes so while it waits
    void send(byte[] bytes) {
        int share = Math.min(bytes.length, WAITING_BYTES_MAX); // What is larger goes alone.
        if (!waitFor(share)) {
            over("the client has not read for " + sendTimeout.toSeconds() + " seconds");
            channel.close();
        }
        String why = over;
        if (why != null) throw new ClientGone(why);
        channel.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(_ -> room.release(share));
    }

    /// Nothing is sent any more, and nobody waits.
    void over(String why) {
        if (over != null) return;
        over = why;
        room.release(1 << 30); // Enough for everybody who waits and will ever ask.
    }

    /// Not cut short by an interrupt, which may be meant for what the sender does next; the time limit ends
    /// it.
    private boolean waitFor(int share) {
        if (room.tryAcquire(share)) return true;
        long deadlineNs = System.nanoTime() + sendTimeout.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return room.tryAcquire(share, deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
