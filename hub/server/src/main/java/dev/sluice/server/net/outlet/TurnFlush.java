package dev.sluice.server.net.outlet;

import io.netty.channel.Channel;

/// Flushes a connection once for everything that its streams write in one turn of the event loop: the turn of a
/// publish writes to all of them, and a system call for each would cost more than all else. Used on the event loop.
public final class TurnFlush implements Runnable {
    private final Channel connection;
    private boolean isScheduled;

    public TurnFlush(Channel connection) {
        this.connection = connection;
    }

    /// Whether the kernel took all that was flushed, and at most `bytes` wait for the end of the turn.
    public boolean hasRoom(long bytes) {
        long pending = PendingWrites.of(connection).bytes();
        return pending == 0 || (isScheduled && pending <= bytes);
    }

    /// Flushes after the task that runs now.
    public void schedule() {
        if (isScheduled) return;
        isScheduled = true;
        connection.eventLoop().execute(this);
    }

    @Override
    public void run() {
        isScheduled = false;
        connection.flush();
    }
}
