package dev.sluice.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;

/// A connection whose client may have stopped reading.
final class StallingChannel extends EmbeddedChannel {
    boolean isFull;

    /// The bytes that it takes although it is full.
    int room;

    @Override
    protected void doWrite(ChannelOutboundBuffer pending) throws Exception {
        if (!isFull) super.doWrite(pending);
        while (room > 0 && pending.current() instanceof ByteBuf next) {
            int taken = Math.min(room, next.readableBytes());
            outboundMessages().add(next.copy(next.readerIndex(), taken));
            pending.removeBytes(taken);
            room -= taken;
        }
    }
}
