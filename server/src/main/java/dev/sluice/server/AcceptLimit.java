package dev.sluice.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;

/// Closes connections at once that are more than there are descriptors for: not even an answer can be had for them.
/// Counts on the thread that accepts, as the loops that serve connections may be far behind.
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

    /// A connection that was let in has gone.
    void gone() {
        open.decrementAndGet();
    }
}
