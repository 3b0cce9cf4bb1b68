package dev.sluice.server.net.outlet;

import dev.sluice.core.delivery.stream.StreamListener;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/// The part of an outlet that handles the input and the end of its channel, as the last handler of the pipeline.
/// Input goes to the decoder of an upgrade. Without a decoder it is read and discarded, so that the client's
/// close is noticed.
abstract sealed class ChannelOutlet extends ChannelDuplexHandler implements Outlet permits SocketOutlet, StreamOutlet {
    final Channel channel;
    private final String agent;

    /// The time in which the client must accept at least a part of the last bytes.
    final Duration lastTime;

    @SuppressWarnings("NullAway.Init") // Set when opened, before anything happens.
    private StreamListener listener;

    private @Nullable InputDecoder decoder; // Null if input is discarded.

    ChannelOutlet(Channel channel, String agent, Duration lastTime) {
        this.channel = channel;
        this.agent = agent;
        this.lastTime = lastTime;
    }

    /// Adds this outlet to the pipeline.
    ///
    /// @param decoder the decoder of the input; null to discard it
    final void open(StreamListener listener, @Nullable InputDecoder decoder) {
        this.listener = listener;
        this.decoder = decoder;
        channel.pipeline().addLast(this);
    }

    final StreamListener listener() {
        return listener;
    }

    @Override
    public final String agent() {
        return agent;
    }

    @Override
    public final ScheduledExecutorService loop() {
        return channel.eventLoop();
    }

    @Override
    public final boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public final void onClosed(Runnable onClosed) {
        channel.closeFuture().addListener(_ -> onClosed.run());
    }

    @Override
    public final boolean isReading() {
        return channel.config().isAutoRead();
    }

    @Override
    public final void setReading(boolean isReading) {
        if (isReading() != isReading) channel.config().setAutoRead(isReading);
    }

    @Override
    public final void discardInput() {
        decoder = null;
    }

    // --- the pipeline

    @Override
    public final void channelRead(ChannelHandlerContext context, Object read) {
        InputDecoder input = decoder;
        if (input == null) ReferenceCountUtil.release(read);
        else input.read((ByteBuf) read);
    }

    /// Reads from the channel once no earlier input is held back. Held input is decoded in a separate task,
    /// because a handler may resume reading while it handles input.
    @Override
    public final void read(ChannelHandlerContext context) {
        InputDecoder input = decoder;
        if (input == null || !input.isHolding()) {
            context.read();
        } else {
            context.executor().execute(() -> {
                if (input.resume()) context.read();
            });
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext context) {
        listener.close();
    }

    @Override
    public final void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ServerStopping) listener.stopping();
    }

    /// A broken channel counts as closed by the client, regardless of the cause.
    @Override
    public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ConnectionFailure.log(cause);
        onBroken(cause);
    }

    /// Closes the channel after a failure in its pipeline.
    abstract void onBroken(Throwable cause);
}
