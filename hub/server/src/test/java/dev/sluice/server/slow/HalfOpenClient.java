package dev.sluice.server.slow;

import dev.sluice.server.Await;
import dev.sluice.server.TestServer;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A client that can vanish without a word, as a machine does whose network is gone: from then on its socket
/// drops every packet that comes, so that nothing is acknowledged and nothing refused. A packet filter that
/// accepts nothing does it (`SO_ATTACH_FILTER`, socket(7)); no privilege is needed.
final class HalfOpenClient implements AutoCloseable {
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final CompletableFuture<Void> head = new CompletableFuture<>();
    private final EpollSocketChannel channel;

    HalfOpenClient(TestServer server, String request) {
        channel = (EpollSocketChannel) new Bootstrap()
                .group(group)
                .channel(EpollSocketChannel.class)
                .handler(new SimpleChannelInboundHandler<ByteBuf>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
                        if (bytes.toString(StandardCharsets.US_ASCII).contains("\r\n\r\n")) head.complete(null);
                    }
                })
                .connect("127.0.0.1", server.server().uri().getPort())
                .syncUninterruptibly()
                .channel();
        channel.writeAndFlush(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
        head.orTimeout(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /// From here on it neither hears nor answers. All that the server has sent so far is acknowledged before: an
    /// acknowledgement that the system delayed (up to 40 ms, tcp(7)) would be a sign of life after the end.
    HalfOpenClient vanish() {
        Await.that(() -> unacknowledgedBytes() == 0);
        try (Arena arena = Arena.ofConfined()) {
            // struct sock_filter { u16 code; u8 jt, jf; u32 k; }: BPF_RET | BPF_K, 0 bytes accepted.
            MemorySegment filter = arena.allocate(8, 8);
            filter.set(ValueLayout.JAVA_SHORT, 0, (short) 0x06);
            // struct sock_fprog { u16 len; struct sock_filter *filter; }
            MemorySegment program = arena.allocate(16, 8);
            program.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
            program.set(ValueLayout.ADDRESS, 8, filter);
            int failed = setsockopt(channel.fd().intValue(), program);
            if (failed != 0) throw new AssertionError("setsockopt(SO_ATTACH_FILTER) was refused");
            return this;
        }
    }

    /// The bytes that the server has not sent, or this client not acknowledged: the transmit queue of the server's
    /// end of the connection (`tx_queue` of `/proc/net/tcp`).
    private long unacknowledgedBytes() {
        String server = ":%04X".formatted(channel.remoteAddress().getPort());
        String client = ":%04X".formatted(channel.localAddress().getPort());
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : lines(table)) {
                String[] columns = line.strip().split(" +");
                if (columns[1].endsWith(server) && columns[2].endsWith(client))
                    return Long.parseLong(columns[4].split(":")[0], 16);
            }
        }
        throw new AssertionError("the server's end is in no table of connections");
    }

    private static List<String> lines(String table) {
        try {
            return Files.readAllLines(Path.of(table));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @SuppressWarnings("restricted")
    private static int setsockopt(int descriptor, MemorySegment program) {
        Linker linker = Linker.nativeLinker();
        var call = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setsockopt"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));
        try {
            return (int) call.invokeExact(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, program, 16);
        } catch (Throwable failed) {
            throw new AssertionError(failed);
        }
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
