package dev.sluice.server.net;

import dev.sluice.core.delivery.StreamListener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/// A stream of HTTP/2 as an outlet, and the handler of its pipeline events. One DATA frame of a piece waits at a time
/// for the client's window, so that a client that has stopped reading a stream costs one piece and no more.
public final class StreamOutlet extends ChannelInboundHandlerAdapter implements Outlet {
    /// The size of DATA frames that every client takes (RFC 9113 §6.5.2).
    private static final int PIECE_BYTES = 16 * 1024;

    /// A stream is writable while less is pending: a head is, a piece is not. A new piece is offered when the kernel
    /// has taken the one before.
    private static final WriteBufferWaterMark ONE_PIECE = new WriteBufferWaterMark(64, 64);

    private final Channel channel;
    private final StreamListener listener;
    private final TurnFlush flush;
    private @Nullable ByteBuf piece; // The last one written.
    private long acceptedBytes;
    private boolean isListenerWaiting;
    private boolean isInputOver;

    private StreamOutlet(Channel channel, StreamListener listener, TurnFlush flush, boolean isInputOver) {
        this.channel = channel;
        this.listener = listener;
        this.flush = flush;
        this.isInputOver = isInputOver;
    }

    /// Opens the outlet of a stream. Its input is read and discarded.
    ///
    /// @param flush       of the connection that carries it
    /// @param isInputOver whether the client has ended the request
    public static StreamOutlet open(Channel channel, StreamListener listener, TurnFlush flush, boolean isInputOver) {
        StreamOutlet outlet = new StreamOutlet(channel, listener, flush, isInputOver);
        channel.config().setWriteBufferWaterMark(ONE_PIECE);
        channel.pipeline().addLast(outlet);
        channel.config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, true); // Discarded is consumed.
        return outlet;
    }

    @Override
    public ScheduledExecutorService loop() {
        return channel.eventLoop();
    }

    @Override
    public int write(ByteBuffer bytes) {
        int accepted = 0;
        if (channel.isWritable() && bytes.hasRemaining()) {
            accepted = Math.min(PIECE_BYTES, bytes.remaining());
            ByteBuf copy = channel.alloc().directBuffer(accepted);
            copy.writeBytes(bytes.slice(bytes.position(), accepted));
            bytes.position(bytes.position() + accepted);
            piece = copy;
            acceptedBytes += accepted;
            // Without a promise, which would be one more object for each write: writability says when it is sent.
            channel.write(new DefaultHttp2DataFrame(copy), channel.voidPromise());
            flush.schedule();
        }
        isListenerWaiting |= bytes.hasRemaining();
        return accepted;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!isListenerWaiting || !channel.isWritable()) return;
        isListenerWaiting = false;
        listener.writable();
    }

    @Override
    public void send(byte[] bytes, Runnable onSent) {
        channel.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bytes)))
                .addListener(_ -> onSent.run());
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public long progress() {
        if (!channel.isActive()) return NOTHING_PENDING;
        boolean isPending = !channel.isWritable() || channel.bytesBeforeUnwritable() <= ONE_PIECE.high();
        int unsentBytes = isPending && piece != null ? piece.readableBytes() : 0;
        if (unsentBytes > 0) return acceptedBytes - unsentBytes; // They wait for the window of this stream.
        SendQueue.SendState kernel = SendQueue.of(channel.parent());
        if (kernel != null) return isPending || kernel.isUnacknowledged() ? kernel.acked() : NOTHING_PENDING;
        return isPending ? acceptedBytes : NOTHING_PENDING;
    }

    @Override
    public void end(boolean isComplete) {
        if (!isComplete) {
            cut(channel);
            return;
        }
        channel.write(new DefaultHttp2DataFrame(true)).addListener(sent -> {
            // The rest of the request is of no use (RFC 9113 §8.1).
            if (sent.isSuccess() && !isInputOver) reset(channel);
        });
        flush.schedule();
    }

    /// Ends a stream at once. Netty's `close` alone would not reset a stream whose last frame is written, which may
    /// wait
    /// for the client's window for good. May be called from any thread.
    public static void cut(Channel stream) {
        stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
        stream.close();
    }

    /// Ends a stream whose answer is complete and whose request is not.
    public static void reset(Channel stream) {
        if (stream.isOpen()) stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
    }

    @Override
    public void onClosed(Runnable onClosed) {
        channel.closeFuture().addListener(_ -> onClosed.run());
    }

    // --- input

    @Override
    public boolean isReading() {
        return channel.config().isAutoRead();
    }

    @Override
    public void setReading(boolean isReading) {
        if (isReading() != isReading) channel.config().setAutoRead(isReading);
    }

    @Override
    public void discardInput() {} // It is always discarded: nothing is upgraded over HTTP/2.

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        isInputOver |= isLast(frame);
        ReferenceCountUtil.release(frame);
    }

    private static boolean isLast(Object frame) {
        return switch (frame) {
            case Http2DataFrame data -> data.isEndStream();
            case Http2HeadersFrame trailers -> trailers.isEndStream();
            default -> false;
        };
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        listener.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ServerStopping) listener.stopping();
    }

    /// After an error of HTTP/2, Netty resets the stream, and counts that: with its own code, as a reset by us is not
    /// counted (CVE-2025-8671).
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ConnectionFailure.log(cause);
        if (!(cause instanceof Http2Exception)) cut(channel);
    }
}
