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

/// One direction of a connection: reads from the channel whose pipeline it is in, writes to the other end with the
/// configured fault.
final class ProxyDirection extends ChannelInboundHandlerAdapter {
    /// The most bytes buffered before reading stops: a slow reader must cause backpressure at the far end.
    private static final int BUFFERED_BYTES_MAX = 64 << 10;

    private final Channel to;
    private final NetworkFault fault;
    private final Consumer<ByteBuf> passed;
    private ByteBuf buffered = Unpooled.buffer();
    private long budgetBytes = Long.MAX_VALUE;
    private boolean isDropping;
    private boolean isClosed; // The far end closed; buffered bytes are still written.
    private boolean isPausing;

    @SuppressWarnings("NullAway.Init") // Set when added to the pipeline.
    private Channel from;

    /// @param passed receives the bytes passed on
    ProxyDirection(Channel to, NetworkFault fault, Consumer<ByteBuf> passed) {
        this.to = to;
        this.fault = fault;
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
        if (isDropping) return;
        after(fault.delay().toNanos(), () -> {
            buffered.writeBytes(bytes);
            forward();
        });
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        after(fault.delay().toNanos(), () -> {
            isClosed = true;
            forward();
        });
    }

    /// Passes on a reset of the far end.
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (to.isOpen()) to.config().setOption(ChannelOption.SO_LINGER, 0);
        to.close();
        from.close();
    }

    void cutAfter(long bytes) {
        budgetBytes = bytes;
        forward();
    }

    void drop() {
        isDropping = true;
        buffered.clear();
        from.config().setAutoRead(true);
    }

    private void forward() {
        if (isDropping) return;
        boolean isHeld = buffered.readableBytes() < fault.holdBytes() && !isClosed;
        while (buffered.isReadable() && !isHeld && !isPausing && budgetBytes > 0) {
            int size = (int) Math.min(budgetBytes, Math.min(buffered.readableBytes(), fault.pieceBytes()));
            ByteBuf piece = buffered.readBytes(size);
            budgetBytes -= size;
            passed.accept(piece);
            to.writeAndFlush(piece).addListener(_ -> updateReadInterest());
            if (!fault.interval().isZero()) {
                isPausing = true;
                after(fault.interval().toNanos(), () -> {
                    isPausing = false;
                    forward();
                });
            }
        }
        buffered.discardSomeReadBytes();
        if (budgetBytes == 0 || (isClosed && !buffered.isReadable())) close();
        else updateReadInterest();
    }

    private void updateReadInterest() {
        from.config().setAutoRead(buffered.readableBytes() < BUFFERED_BYTES_MAX && to.isWritable());
    }

    private void close() {
        budgetBytes = 0;
        buffered.clear();
        to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        from.close();
    }

    private void after(long ns, Runnable step) {
        if (ns == 0) step.run();
        else from.eventLoop().schedule(step, ns, TimeUnit.NANOSECONDS);
    }
}
