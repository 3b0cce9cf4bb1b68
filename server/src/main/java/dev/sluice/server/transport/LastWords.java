package dev.sluice.server.transport;

import dev.sluice.server.http.SlowDrain;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// The end of a connection from our side. Closed at once, with something of the client's still unread, the kernel would
/// send a reset that overtakes the last words (RFC 9112 §9.6; RFC 6455 §7.1.1 has the client answer a close frame): so
/// it is closed for writing only, and what comes is dropped until the client has gone too.
public final class LastWords extends ChannelInboundHandlerAdapter {
    /// How long the client may take to go.
    private static final int PATIENCE_SECONDS = 5;

    private LastWords() {}

    /// Drops what comes from now on, before anybody takes it apart.
    public static void hearNoMore(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(LastWords.class) == null) pipeline.addFirst(new LastWords());
    }

    /// Sends these bytes, behind what waits to be sent, and then no more. On the channel's event loop.
    public static void say(Channel channel, ByteBuf words) {
        hearNoMore(channel);
        channel.writeAndFlush(words).addListener(sent -> {
            if (!sent.isSuccess() || !(channel instanceof DuplexChannel socket)) {
                channel.close();
                return;
            }
            socket.shutdownOutput();
            SlowDrain.begin(channel);
            Future<?> limit = channel.eventLoop().schedule(() -> channel.close(), PATIENCE_SECONDS, TimeUnit.SECONDS);
            channel.closeFuture().addListener(_ -> limit.cancel(false));
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }
}
