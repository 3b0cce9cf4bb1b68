package dev.sluice.server.http;

import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;

/// A connection whose client may have stopped reading.
final class StallingChannel extends EmbeddedChannel {
    boolean isFull;

    @Override
    protected void doWrite(ChannelOutboundBuffer pending) throws Exception {
        if (!isFull) super.doWrite(pending);
    }
}
