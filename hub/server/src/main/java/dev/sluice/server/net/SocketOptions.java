package dev.sluice.server.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import java.time.Duration;

/// The options of the server's sockets.
final class SocketOptions {
    /// The limit of unsent bytes in the kernel: without it a reader that has stopped reading holds megabytes.
    private static final long UNSENT_BYTES = 64 * 1024;

    /// The maximum number of connections that wait to be accepted: after a restart all clients reconnect at
    /// once.
    private static final int BACKLOG = 4096;

    /// The maximum on Linux (`MAX_TCP_KEEPIDLE`, `net/tcp.h`); setting a greater value fails the connection.
    private static final int KEEP_IDLE_SECONDS_MAX = 32_767;

    /// Bytes per read: enough for uploads, and allocated only while there is something to read. An adaptive
    /// allocator would keep state for each connection.
    private static final int READ_BYTES = 16 * 1024;

    private SocketOptions() {}

    static void set(ServerBootstrap bootstrap, boolean isEpoll, Duration stall) {
        bootstrap
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new SharedReceiveBuffers(READ_BYTES));
        if (!isEpoll) return;
        int idleSeconds = Math.clamp(stall.toSeconds(), 1, KEEP_IDLE_SECONDS_MAX);
        bootstrap
                .childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
                // A raw text stream has no heartbeats: only the kernel can detect that its reader is gone.
                .childOption(EpollChannelOption.TCP_KEEPIDLE, idleSeconds)
                .childOption(EpollChannelOption.TCP_KEEPINTVL, 10)
                .childOption(EpollChannelOption.TCP_KEEPCNT, 3);
    }
}
