package dev.sluice.server.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One direction of a line: reads from the channel in whose pipeline it is, writes to the other end as the weather is.
final class Conduit extends ChannelInboundHandlerAdapter {
    /// What may wait here before nothing more is read: a slow reader must be felt at the far end.
    private static final int WAITING_BYTES_MAX = 64 << 10;

    private final Channel to;
    private final Weather weather;
    private final Consumer<ByteBuf> passed;
    private ByteBuf waiting = Unpooled.buffer();
    private long budgetBytes = Long.MAX_VALUE;
    private boolean swallows;
    private boolean ended; // At the far end; what waits still goes out.
    private boolean pausing;

    @SuppressWarnings("NullAway.Init") // Set when added to the pipeline.
    private Channel from;

    /// @param passed told of what is written on
    Conduit(Channel to, Weather weather, Consumer<ByteBuf> passed) {
        this.to = to;
        this.weather = weather;
        this.passed = passed;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        from = context.channel();
    }

    void begin() {
        from.config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        byte[] bytes = ByteBufUtil.getBytes(read);
        read.release();
        if (swallows) return;
        after(weather.delay().toNanos(), () -> {
            waiting.writeBytes(bytes);
            pump();
        });
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        after(weather.delay().toNanos(), () -> {
            ended = true;
            pump();
        });
    }

    /// That the far end was reset is passed on as such.
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (to.isOpen()) to.config().setOption(ChannelOption.SO_LINGER, 0);
        to.close();
        from.close();
    }

    void cutAfter(long bytes) {
        budgetBytes = bytes;
        pump();
    }

    void swallow() {
        swallows = true;
        waiting.clear();
        from.config().setAutoRead(true);
    }

    private void pump() {
        if (swallows) return;
        boolean isHeld = waiting.readableBytes() < weather.holdBytes() && !ended;
        while (waiting.isReadable() && !isHeld && !pausing && budgetBytes > 0) {
            int size = (int) Math.min(budgetBytes, Math.min(waiting.readableBytes(), weather.pieceBytes()));
            ByteBuf piece = waiting.readBytes(size);
            budgetBytes -= size;
            passed.accept(piece);
            to.writeAndFlush(piece).addListener(_ -> readOn());
            if (!weather.every().isZero()) {
                pausing = true;
                after(weather.every().toNanos(), () -> {
                    pausing = false;
                    pump();
                });
            }
        }
        waiting.discardSomeReadBytes();
        if (budgetBytes == 0 || (ended && !waiting.isReadable())) end();
        else readOn();
    }

    private void readOn() {
        from.config().setAutoRead(waiting.readableBytes() < WAITING_BYTES_MAX && to.isWritable());
    }

    private void end() {
        budgetBytes = 0;
        waiting.clear();
        to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        from.close();
    }

    private void after(long ns, Runnable step) {
        if (ns == 0) step.run();
        else from.eventLoop().schedule(step, ns, TimeUnit.NANOSECONDS);
    }
}
