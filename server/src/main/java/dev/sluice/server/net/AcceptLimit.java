package dev.sluice.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;

/// Closes accepted connections at once, without an answer, when there are more than the process has file descriptors
/// for. Counts on the accepting thread, because the loops that serve connections may lag behind. One for all listeners.
@Sharable
final class AcceptLimit extends ChannelInboundHandlerAdapter {
    private final int max;
    private final AtomicInteger open = new AtomicInteger();

    AcceptLimit(int max) {
        this.max = max;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        if (open.incrementAndGet() <= max) {
            context.fireChannelRead(accepted);
            return;
        }
        open.decrementAndGet();
        ((Channel) accepted).unsafe().closeForcibly();
    }

    /// Called when a connection that was admitted has closed.
    void onClosed() {
        open.decrementAndGet();
    }
}
