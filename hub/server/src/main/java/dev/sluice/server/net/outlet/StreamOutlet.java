package dev.sluice.server.net.outlet;

import dev.sluice.core.delivery.stream.StreamListener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import java.nio.ByteBuffer;
import java.time.Duration;

/// An HTTP/2 stream as an outlet. At most one DATA frame with one piece waits for the client's window, so that a
/// client that has stopped reading a stream costs one piece and no more of the budget that all streams share
/// ([UnsentBytes]).
public final class StreamOutlet extends ChannelOutlet {
    /// A stream is writable while fewer bytes than this are pending: a pending head keeps it writable, a pending
    /// piece does not. A new piece is offered when the kernel has accepted the previous one.
    private static final WriteBufferWaterMark ONE_PIECE = new WriteBufferWaterMark(64, 64);

    private final TurnFlush flush;
    private final UnsentBytes.Room room;
    private int unsentBytes; // Taken from the room.
    private long acceptedBytes; // Those of `send`, which any thread may call, count once they are sent.
    private boolean isListenerWaiting;

    private StreamOutlet(Channel channel, String agent, Duration lastTime, TurnFlush flush, UnsentBytes.Room room) {
        super(channel, agent, lastTime);
        this.flush = flush;
        this.room = room;
    }

    /// Opens the outlet of a stream. Its input is read and discarded: nothing is upgraded over HTTP/2.
    ///
    /// @param agent    see [Outlet#agent]
    /// @param lastTime the time in which the client must accept at least a part of the last bytes
    /// @param flush    flushes the connection that carries the stream
    /// @param room     the room of the stream's event loop
    public static StreamOutlet open(
            Channel channel,
            StreamListener listener,
            String agent,
            Duration lastTime,
            TurnFlush flush,
            UnsentBytes.Room room) {
        StreamOutlet outlet = new StreamOutlet(channel, agent, lastTime, flush, room);
        channel.config().setWriteBufferWaterMark(ONE_PIECE);
        outlet.open(listener, null);
        channel.config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, true); // Discarded is consumed.
        return outlet;
    }

    @Override
    public int write(ByteBuffer bytes) {
        int accepted = 0;
        if (channel.isWritable() && bytes.hasRemaining()) {
            sent(); // Netty reports that later, in a task.
            accepted = Math.min(room.pieceBytes(), bytes.remaining());
            ByteBuf copy = channel.alloc().directBuffer(accepted);
            copy.writeBytes(bytes.slice(bytes.position(), accepted));
            bytes.position(bytes.position() + accepted);
            acceptedBytes += accepted;
            // Without a promise, which would be one more object per write: the stream becomes writable when the
            // piece is sent.
            channel.write(new DefaultHttp2DataFrame(copy), channel.voidPromise());
            flush.schedule();
            if (!channel.isWritable()) unsent(accepted);
        }
        isListenerWaiting |= bytes.hasRemaining();
        return accepted;
    }

    private void unsent(int bytes) {
        unsentBytes = bytes;
        room.take(bytes);
    }

    private void sent() {
        room.giveBack(unsentBytes);
        unsentBytes = 0;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!channel.isWritable()) return;
        sent();
        if (!isListenerWaiting) return;
        isListenerWaiting = false;
        listener().writable();
    }

    /// Also called when the stream has closed, which drops unsent bytes.
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        sent();
    }

    @Override
    public void send(byte[] bytes, Runnable onSent) {
        channel.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bytes)))
                .addListener(_ -> {
                    acceptedBytes += bytes.length;
                    onSent.run();
                });
    }

    @Override
    public long progress() {
        if (!channel.isActive()) return NOTHING_PENDING;
        long waitingBytes = StreamProgress.waitingBytes(channel);
        if (waitingBytes > 0) return acceptedBytes + Integer.MAX_VALUE - waitingBytes; // Never negative.
        boolean isPending = !channel.isWritable() || channel.bytesBeforeUnwritable() <= ONE_PIECE.high();
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
            if (sent.isSuccess()) reset(channel);
        });
        flush.schedule();
        PendingWrites.limitTime(channel, lastTime, () -> StreamProgress.of(channel), () -> cut(channel));
    }

    /// Ends a stream at once. Netty's `close` alone would not reset a stream whose last frame is written, which
    /// may wait for the client's window forever. May be called from any thread.
    public static void cut(Channel stream) {
        stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
        stream.close();
    }

    /// Ends a stream whose answer is complete, unless its request is complete as well: the rest of the request
    /// is not needed (RFC 9113 §8.1).
    public static void reset(Channel stream) {
        boolean isRequestOpen = stream.isOpen()
                && stream instanceof Http2StreamChannel open
                && open.stream().state().remoteSideOpen();
        if (isRequestOpen) stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
    }

    /// After an HTTP/2 error, Netty itself resets the stream and counts that. A reset sent from here would not
    /// be counted (CVE-2025-8671).
    @Override
    void onBroken(Throwable cause) {
        if (!(cause instanceof Http2Exception)) cut(channel);
    }
}
