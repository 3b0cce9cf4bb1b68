package dev.sluice.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/// Closes accepted connections at once, without an answer, when there are more than the process has file
/// descriptors for. Counts on the accepting thread, because the loops that serve connections may lag behind. All
/// listeners share one instance.
@Sharable
final class AcceptLimit extends ChannelInboundHandlerAdapter {
    private final OpenLimit open;

    AcceptLimit(int max) {
        this.open = new OpenLimit(max);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        if (open.admits()) context.fireChannelRead(accepted);
        else ((Channel) accepted).unsafe().closeForcibly();
    }

    /// Called when a connection that was admitted has closed.
    void onClosed() {
        open.onClosed();
    }
}
