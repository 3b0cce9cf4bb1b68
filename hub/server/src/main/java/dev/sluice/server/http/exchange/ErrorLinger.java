package dev.sluice.server.http.exchange;

import dev.sluice.server.net.outlet.GracefulClose;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Lets a client read the GOAWAY with the reason why its connection ends. The codec closes the connection at
/// once; if bytes of the client are unread, that sends a reset, which overtakes the frame. Placed before the
/// codec in the pipeline.
public final class ErrorLinger extends ChannelOutboundHandlerAdapter {
    private final BooleanSupplier isFailed;
    private final Duration time;
    private boolean isClosing;

    /// @param isFailed whether the codec has sent a GOAWAY because of an error
    public ErrorLinger(BooleanSupplier isFailed, Duration time) {
        this.isFailed = isFailed;
        this.time = time;
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (isClosing || !isFailed.getAsBoolean() || !ctx.channel().isActive()) {
            ctx.close(promise);
            return;
        }
        isClosing = true;
        ChannelPromise closed = promise.unvoid();
        ctx.channel().closeFuture().addListener(_ -> closed.trySuccess());
        GracefulClose.begin(ctx.channel(), time);
    }
}
