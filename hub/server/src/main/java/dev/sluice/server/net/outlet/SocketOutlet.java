package dev.sluice.server.net.outlet;

import dev.sluice.core.delivery.stream.StreamListener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A TCP connection as an outlet. Passes Netty one piece at a time, so that a reader that has stopped reading
/// costs one piece and no more.
///
/// Without TLS, writes bypass the pipeline, so no handler in it may transform outbound bytes. With TLS, a piece
/// is a record (RFC 8446 §5.1).
public final class SocketOutlet extends ChannelOutlet {
    /// A write of 13 kB costs 1.5 × one of 130 B, so larger writes gain little; a stalled reader also holds this
    /// much memory.
    private static final int PIECE_BYTES = 16 * 1024;

    /// The time in which the client must close its side after the end.
    private static final Duration CLOSE_TIME = Duration.ofSeconds(5);

    private final @Nullable Socket socket;
    private long acceptedBytes;
    private boolean isNotifying;

    private SocketOutlet(Channel channel, String agent, Duration lastTime) {
        super(channel, agent, lastTime);
        boolean isPlain = !TlsPipeline.isSecure(channel);
        this.socket = isPlain && channel instanceof EpollSocketChannel epoll && epoll.fd() instanceof Socket open
                ? open
                : null;
    }

    /// Opens the outlet of a one-way stream, whose input is discarded.
    ///
    /// @param agent    see [Outlet#agent]
    /// @param lastTime the time in which the client must accept at least a part of the last bytes
    public static SocketOutlet stream(Channel channel, StreamListener listener, String agent, Duration lastTime) {
        SocketOutlet outlet = new SocketOutlet(channel, agent, lastTime);
        outlet.open(listener, null);
        return outlet;
    }

    /// Opens the outlet of an upgraded connection.
    ///
    /// @param upgrade  creates the handler of its input
    /// @param agent    see [Outlet#agent]
    /// @param lastTime the time in which the client must accept at least a part of the last bytes
    public static <H extends UpgradeHandler> H upgrade(
            Channel channel, Function<? super Outlet, H> upgrade, String agent, Duration lastTime) {
        SocketOutlet outlet = new SocketOutlet(channel, agent, lastTime);
        H handler = upgrade.apply(outlet);
        outlet.open(handler, handler.decoder());
        return handler;
    }

    @Override
    public int write(ByteBuffer bytes) {
        int before = bytes.remaining();
        while (bytes.hasRemaining() && pendingBytes() == 0) {
            if (writeToKernel(bytes)) continue;
            ByteBuffer piece = bytes.slice(bytes.position(), Math.min(PIECE_BYTES, bytes.remaining()));
            bytes.position(bytes.position() + piece.remaining());
            ByteBuf copy = channel.alloc().directBuffer(piece.remaining());
            copy.writeBytes(piece);
            channel.writeAndFlush(copy, channel.voidPromise());
        }
        if (bytes.hasRemaining()) notifyWhenWritable();
        int accepted = before - bytes.remaining();
        acceptedBytes += accepted;
        return accepted;
    }

    /// The fast path: with nothing pending, bytes are written without a copy. It does not apply to a connection
    /// with TLS, or to a socket without a file descriptor or with a full buffer: Netty then takes one piece, and
    /// watches the socket until it is written.
    ///
    /// @return true if the kernel accepted any bytes
    private boolean writeToKernel(ByteBuffer bytes) {
        if (socket == null) return false;
        try {
            int accepted = socket.send(bytes, bytes.position(), bytes.limit());
            if (accepted <= 0) return false;
            bytes.position(bytes.position() + accepted);
            return true;
        } catch (IOException broken) {
            channel.close(); // channelInactive notifies the listener at once.
            return false;
        }
    }

    /// The bytes that Netty holds and the kernel has not accepted. The next piece is written when there are
    /// none.
    private long pendingBytes() {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? Long.MAX_VALUE : buffer.totalPendingWriteBytes(); // Null once closed.
    }

    /// Writes an empty buffer after the pending bytes; its completion means that they are written. Netty's
    /// writability events would cost two events and a task for each write that completes at once, as almost all
    /// writes do.
    private void notifyWhenWritable() {
        if (isNotifying) return;
        isNotifying = true;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> {
            isNotifying = false;
            if (flushed.isSuccess()) listener().writable();
        });
    }

    @Override
    public void send(byte[] bytes, Runnable onSent) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(_ -> onSent.run());
    }

    @Override
    public long progress() {
        // The channel is closed but the pipeline has not been notified yet: its file descriptor may already belong
        // to another connection.
        if (!channel.isActive()) return NOTHING_PENDING;
        long pendingBytes = pendingBytes();
        SendQueue.SendState kernel = SendQueue.of(channel);
        if (kernel != null) return pendingBytes > 0 || kernel.isUnacknowledged() ? kernel.acked() : NOTHING_PENDING;
        return pendingBytes > 0 ? Math.max(0, acceptedBytes - pendingBytes) : NOTHING_PENDING;
    }

    @Override
    public void end(boolean isComplete) {
        if (!isComplete) {
            TlsPipeline.abort(channel);
            return;
        }
        GracefulClose.afterWrites(channel, CLOSE_TIME);
        PendingWrites.limitTime(channel, lastTime);
    }

    @Override
    void onBroken(Throwable cause) {
        channel.close();
    }
}
