package dev.sluice.server.net.outlet;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The bytes of a connection that the kernel still holds. Only the kernel can distinguish a slow peer from one
/// that is gone or has stopped reading: as long as the kernel's buffer has room, writes to either succeed.
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

    /// @param isUnacknowledged whether there are bytes that the peer has not yet acknowledged
    /// @param acked            the number of bytes the peer has acknowledged
    record SendState(boolean isUnacknowledged, long acked) {}

    /// The state of the send queue; null if the platform does not provide it.
    static @Nullable SendState of(Channel channel) {
        if (!(channel instanceof EpollSocketChannel)) return null;
        ByteBuffer raw = channel.config().getOption(OPTION);
        if (raw == null) return null;
        ByteBuffer info = raw.duplicate().order(ByteOrder.nativeOrder());
        boolean isUnacknowledged = info.getInt(24) != 0 || info.getInt(144) != 0;
        return new SendState(isUnacknowledged, info.getLong(120));
    }
}
