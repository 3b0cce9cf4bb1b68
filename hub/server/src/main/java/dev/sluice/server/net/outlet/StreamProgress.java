package dev.sluice.server.net.outlet;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/// The bytes of an HTTP/2 stream that its client has not accepted: two equal values show that the client has
/// accepted nothing in between. Bytes that wait for the window of the stream are in the last frame written;
/// those that have passed it wait with those of other streams for the kernel.
///
/// @param inFrame the remaining bytes of the last frame written
/// @param pending the pending writes of the connection; null if bytes wait for the window
public record StreamProgress(int inFrame, @Nullable PendingWrites pending) {
    /// Called on the event loop of the stream.
    ///
    /// @param frame the data of the last frame written; null if no frame was written
    public static StreamProgress of(Channel stream, @Nullable ByteBuf frame) {
        int inFrame = frame == null ? 0 : frame.readableBytes(); // The flow controller consumes what it has sent.
        return new StreamProgress(inFrame, inFrame > 0 ? null : PendingWrites.of(stream.parent()));
    }
}
