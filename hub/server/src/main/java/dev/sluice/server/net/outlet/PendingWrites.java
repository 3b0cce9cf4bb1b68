package dev.sluice.server.net.outlet;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

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

    /// Aborts a connection that ends as soon as its pending bytes are written, if its client reads nothing in
    /// this time. Called on the event loop of the channel.
    public static void limitTime(Channel channel, Duration time) {
        if (of(channel).bytes == 0) return;
        Runnable abort = () -> {
            if (of(channel).bytes > 0) TlsPipeline.abort(channel);
        };
        limitTime(channel, time, () -> of(channel), abort);
    }

    /// Cuts a channel that ends as soon as its pending bytes are written, if its client reads nothing in this
    /// time.
    ///
    /// @param progress two equal values show that the client has read nothing in between
    static void limitTime(Channel channel, Duration time, Supplier<?> progress, Runnable cut) {
        Object before = progress.get();
        Runnable check = () -> {
            if (progress.get().equals(before)) cut.run();
            else limitTime(channel, time, progress, cut);
        };
        Future<?> limit = channel.eventLoop().schedule(check, time.toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(_ -> limit.cancel(false));
    }
}
