package dev.sluice.server.net.outlet;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Closes a connection from the server's side. If it were closed at once while input is unread, the kernel would
/// send a reset that can overtake the last bytes (RFC 9112 §9.6; RFC 6455 §7.1.1 expects the client to answer a
/// close frame). Therefore only the output is closed, with TLS after a `close_notify`, and input is discarded
/// until the client closes too.
public final class GracefulClose extends ChannelInboundHandlerAdapter {
    private GracefulClose() {}

    /// Begins once everything already queued is written; input is discarded from now on. Runs on the channel's
    /// event loop.
    ///
    /// @param time the time in which the client must close its side
    public static void afterWrites(Channel channel, Duration time) {
        discardInput(channel);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (written.isSuccess()) begin(channel, time);
            else channel.close();
        });
    }

    /// Begins now, with nothing queued. Runs on the channel's event loop.
    ///
    /// @param time the time in which the client must close its side
    public static void begin(Channel channel, Duration time) {
        if (!(channel instanceof DuplexChannel socket)) {
            channel.close();
            return;
        }
        discardInput(channel);
        TlsPipeline.closeOutput(socket);
        SlowDrain.begin(channel);
        Future<?> limit =
                channel.eventLoop().schedule(() -> TlsPipeline.abort(channel), time.toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(_ -> limit.cancel(false));
    }

    public static void discardInput(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(GracefulClose.class) == null) pipeline.addFirst(new GracefulClose());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }
}
