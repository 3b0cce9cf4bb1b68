package dev.sluice.server.net.outlet;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;

/// Holds the input of a connection while its protocol changes. It takes the place of the handlers of the old
/// protocol, and passes what they have not decoded to the handler of the new one, which is added behind it in the
/// same turn of the event loop; then it removes itself.
public final class ProtocolSwitch extends ChannelInboundHandlerAdapter {
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();

    private ProtocolSwitch() {}

    /// Removes the handlers of the old protocol. Called on the event loop.
    ///
    /// @param last   the handler that receives the decoded messages
    /// @param others the decoder, which passes on its undecoded bytes when it is removed, and the encoder
    public static void begin(Channel channel, ChannelHandler last, ChannelHandler... others) {
        ProtocolSwitch handOver = new ProtocolSwitch();
        channel.pipeline().replace(last, null, handOver);
        for (ChannelHandler each : others) channel.pipeline().remove(each);
        channel.config().setAutoRead(true);
        channel.eventLoop().execute(() -> handOver.end(channel));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) held.add(bytes);
        else ReferenceCountUtil.release(message); // The rest of the last message of the old protocol.
    }

    /// Passes the held bytes to the new handler before the end of the connection.
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        forward(ctx);
        ctx.fireChannelInactive();
    }

    private void end(Channel channel) {
        ChannelHandlerContext ctx = channel.pipeline().context(this);
        if (ctx == null) return; // The connection is closed.
        forward(ctx);
        if (!ctx.isRemoved()) channel.pipeline().remove(this);
    }

    private void forward(ChannelHandlerContext ctx) {
        if (held.isEmpty()) return;
        for (ByteBuf next = held.poll(); next != null; next = held.poll()) ctx.fireChannelRead(next);
        ctx.fireChannelReadComplete();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        for (ByteBuf next = held.poll(); next != null; next = held.poll()) next.release();
    }
}
