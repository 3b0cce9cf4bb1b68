package dev.sluice.server.net.outlet;

import io.netty.channel.Channel;

/// Flushes a connection once for everything that its streams write in one turn of the event loop: the turn of a
/// publish writes to all of them, and a system call for each would cost more than everything else. Used on the
/// event loop.
public final class TurnFlush implements Runnable {
    private final Channel connection;
    private boolean isScheduled;

    public TurnFlush(Channel connection) {
        this.connection = connection;
    }

    /// Returns true if the kernel has accepted all flushed bytes, and at most `bytes` wait for the end of the
    /// turn.
    public boolean hasRoom(long bytes) {
        long pending = PendingWrites.of(connection).bytes();
        return pending == 0 || (isScheduled && pending <= bytes);
    }

    /// Schedules a flush after the current task.
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
