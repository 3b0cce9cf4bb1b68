package dev.sluice.server.transport;

import dev.sluice.core.delivery.Sink;
import dev.sluice.core.delivery.Speaker;
import dev.sluice.server.http.ConnectionFailure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A socket as the end of delivery, and what the pipeline tells about it. Hands Netty one piece at a time, so that a
/// reader that has stopped reading costs one piece and no more.
///
/// Writes past the pipeline: nothing may stand in it that changes what goes out.
public class SocketSink extends ChannelInboundHandlerAdapter implements Sink {
    /// A write of 13 kB costs 1.5 × one of 130 B; more in one gains little, and this is what a stalled reader holds.
    private static final int PIECE_BYTES = 16 * 1024;

    private final Channel channel;
    private final @Nullable Socket socket;
    private final Speaker speaker;
    private long given;
    private boolean isAwaited;

    /// Puts itself at the end of the channel's pipeline.
    public SocketSink(Channel channel, Speaker speaker) {
        this.channel = channel;
        this.speaker = speaker;
        this.socket = channel instanceof EpollSocketChannel epoll && epoll.fd() instanceof Socket open ? open : null;
    }

    @Override
    public int write(ByteBuffer bytes) {
        int before = bytes.remaining();
        while (bytes.hasRemaining() && waiting() == 0) {
            if (writeToKernel(bytes)) continue;
            ByteBuffer piece = bytes.slice(bytes.position(), Math.min(PIECE_BYTES, bytes.remaining()));
            bytes.position(bytes.position() + piece.remaining());
            ByteBuf copy = channel.alloc().directBuffer(piece.remaining());
            copy.writeBytes(piece);
            channel.writeAndFlush(copy, channel.voidPromise());
        }
        if (bytes.hasRemaining()) await();
        int taken = before - bytes.remaining();
        given += taken;
        return taken;
    }

    /// The short way: nothing waits, so the bytes need not be copied to wait. There is none to a socket that has no
    /// file descriptor, or is full: then Netty takes a piece, and watches the socket until that is gone.
    ///
    /// @return whether it took anything
    private boolean writeToKernel(ByteBuffer bytes) {
        if (socket == null) return false;
        try {
            int taken = socket.send(bytes, bytes.position(), bytes.limit());
            if (taken <= 0) return false;
            bytes.position(bytes.position() + taken);
            return true;
        } catch (IOException broken) {
            channel.close(); // The speaker hears of it at once, by channelInactive.
            return false;
        }
    }

    /// What waits in Netty, and is not with the kernel. The next piece is offered when nothing does.
    private long waiting() {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? Long.MAX_VALUE : buffer.totalPendingWriteBytes(); // Null: closed.
    }

    /// A word behind what waits comes through when that has. Netty's own notice of writability would cost two
    /// events and a task for each write that goes through at once, as almost all do.
    private void await() {
        if (isAwaited) return;
        isAwaited = true;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> {
            isAwaited = false;
            if (flushed.isSuccess()) speaker.writable();
        });
    }

    @Override
    public long progress() {
        // Closed, and the pipeline is told a moment later: its file descriptor may be another's by now.
        if (!channel.isActive()) return NOTHING_OWED;
        long waiting = waiting();
        SendQueue.State kernel = SendQueue.of(channel);
        if (kernel != null) return waiting > 0 || kernel.isOwing() ? kernel.acked() : NOTHING_OWED;
        return waiting > 0 ? Math.max(0, given - waiting) : NOTHING_OWED;
    }

    @Override
    public void end(boolean whole) {
        if (whole) LastWords.say(channel, Unpooled.EMPTY_BUFFER);
        else channel.close();
    }

    /// Nobody sends anything up a one-way stream; what comes all the same is dropped, so that a goodbye is noticed.
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        speaker.close();
    }

    /// The line broke: that is the client's leaving, however it came about.
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ConnectionFailure.log(cause);
        context.close();
    }

    /// Who writes to this socket.
    protected final Speaker speaker() {
        return speaker;
    }

    protected final Channel channel() {
        return channel;
    }
}
