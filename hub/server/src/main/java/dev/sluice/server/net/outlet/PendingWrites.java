package dev.sluice.server.net.outlet;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/// The bytes that Netty holds for a connection because the kernel does not accept them: two equal values show
/// that the client has read nothing in between.
///
/// @param bytes     the size of all queued buffers, each counted as a whole
/// @param ofCurrent the rest of the buffer that is being written
public record PendingWrites(long bytes, int ofCurrent) {
    /// Called on the event loop of the channel.
    public static PendingWrites of(Channel channel) {
        var buffer = channel.unsafe().outboundBuffer();
        if (buffer == null) return new PendingWrites(0, 0); // Closed.
        int ofCurrent = buffer.current() instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        return new PendingWrites(buffer.totalPendingWriteBytes(), ofCurrent);
    }
}
