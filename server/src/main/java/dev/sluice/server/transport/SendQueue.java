package dev.sluice.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// What the kernel still holds of a connection's bytes. A peer that is gone, or that has stopped reading, can
/// be told from a slow one only there: all of them take bytes from us as long as there is room in the
/// kernel's buffer.
///
/// Reads Linux's `struct tcp_info` (`linux/tcp.h`):
/// ```
/// offset  24 u32 tcpi_unacked        segments sent and not acknowledged
///        120 u64 tcpi_bytes_acked    grows as the peer takes bytes
///        144 u32 tcpi_notsent_bytes  waiting for the peer's window
/// ```
final class SendQueue {
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int BYTES = 152;
    private static final RawUnixChannelOption OPTION =
            new RawUnixChannelOption("TCP_INFO", IPPROTO_TCP, TCP_INFO, BYTES);

    private SendQueue() {}

    /// @param isOwing whether bytes wait that the peer has not acknowledged
    /// @param acked   how many bytes it has acknowledged
    record State(boolean isOwing, long acked) {}

    /// Null where this platform can't tell.
    static @Nullable State of(Channel channel) {
        if (!(channel instanceof EpollSocketChannel)) return null;
        ByteBuffer raw = channel.config().getOption(OPTION);
        if (raw == null) return null;
        ByteBuffer info = raw.duplicate().order(ByteOrder.nativeOrder());
        boolean isOwing = info.getInt(24) != 0 || info.getInt(144) != 0;
        return new State(isOwing, info.getLong(120));
    }
}
