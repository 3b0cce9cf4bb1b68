package dev.sluice.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import java.time.Duration;

/// How the kernel is to treat our sockets.
final class SocketOptions {
    /// What may wait in the kernel and not be sent: without this limit a reader that has stopped holds megabytes.
    private static final long UNSENT_BYTES = 64 * 1024;

    /// Connections that wait to be accepted: a restarted hub meets all its clients at once.
    private static final int BACKLOG = 4096;

    /// Linux takes no more (`MAX_TCP_KEEPIDLE`, `net/tcp.h`), and a connection that asks for more is refused.
    private static final int KEEP_IDLE_SECONDS_MAX = 32_767;

    /// Read at a time: enough for uploads, and borrowed only while there is something to read. An allocator that adapts
    /// would remember for each connection what it read last.
    private static final int READ_BYTES = 16 * 1024;

    private SocketOptions() {}

    static void set(ServerBootstrap bootstrap, boolean isEpoll, Duration stall) {
        bootstrap
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new SharedReceiving(READ_BYTES));
        if (!isEpoll) return;
        int idleSeconds = Math.clamp(stall.toSeconds(), 1, KEEP_IDLE_SECONDS_MAX);
        bootstrap
                .childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
                // A raw text stream says nothing while nothing happens: only the kernel can ask whether its reader is
                // there.
                .childOption(EpollChannelOption.TCP_KEEPIDLE, idleSeconds)
                .childOption(EpollChannelOption.TCP_KEEPINTVL, 10)
                .childOption(EpollChannelOption.TCP_KEEPCNT, 3);
    }
}
