package dev.sluice.server.net.outlet;

import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;

/// Reads and discards the bytes that a client still sends after its last answer. Closing a connection with
/// unread bytes resets it, and the reset overtakes the answer (RFC 9112 §9.6). Reading is limited to some 12 MiB
/// a second, so that a client that keeps sending costs next to nothing.
final class SlowDrain implements Runnable {
    /// The pause between two reads of at most 16 buffers of 16 KiB each: 12 MiB a second.
    private static final int PAUSE_MS = 20;

    private final Channel channel;

    private SlowDrain(Channel channel) {
        this.channel = channel;
    }

    /// Starts draining, until the channel is closed. Called on the channel's event loop; a handler in the
    /// pipeline must release the bytes that are read.
    static void begin(Channel channel) {
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
