package dev.sluice.server.http;

import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;

/// Reads on from a client that has its last answer. Its bytes have to be read, as a connection that is closed with
/// bytes
/// unread is reset, and a reset overtakes the answer (RFC 9112 §9.6); but nobody wants them, so a client that goes on
/// sending gets rid of a few megabytes a second and costs next to nothing.
public final class SlowDrain implements Runnable {
    /// Between two reads, each of at most 16 buffers of 16 KiB: 12 MiB a second.
    private static final int PAUSE_MS = 20;

    private final Channel channel;

    private SlowDrain(Channel channel) {
        this.channel = channel;
    }

    /// Begins, and ends when the channel is closed. On its event loop; whoever drops what is read is in the pipeline.
    public static void begin(Channel channel) {
        channel.config().setAutoRead(false);
        new SlowDrain(channel).run();
    }

    @Override
    public void run() {
        if (!channel.isOpen()) return;
        channel.read();
        channel.eventLoop().schedule(this, PAUSE_MS, TimeUnit.MILLISECONDS);
    }
}
