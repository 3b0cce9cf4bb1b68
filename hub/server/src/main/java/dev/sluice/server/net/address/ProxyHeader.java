package dev.sluice.server.net.address;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads the header of the PROXY protocol (v1 and v2), with which a proxy begins each connection to report the
/// address of its client. It precedes everything else, including TLS. A connection without a valid header is
/// closed without an answer: it may speak any protocol.
public final class ProxyHeader extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(ProxyHeader.class.getName());
    private static final AttributeKey<InetSocketAddress> CLIENT = AttributeKey.valueOf(ProxyHeader.class, "client");

    /// The maximum size of a header's extensions (TLV), which are ignored. A certificate may be among them.
    private static final int EXTENSION_BYTES_MAX = 4 << 10;

    /// The address of a client that reset its connection before the hub saw it.
    private static final InetSocketAddress UNKNOWN = new InetSocketAddress(0);

    private final Duration time;
    private final Predicate<InetAddress> admission;
    private @Nullable Future<?> limit;

    private ProxyHeader(Duration time, Predicate<InetAddress> admission) {
        this.time = time;
        this.admission = admission;
    }

    /// Adds this handler before all other handlers of a connection. Called on its event loop.
    ///
    /// @param time      the time for the header to arrive
    /// @param admission decides by the client's address whether the connection is served
    public static void expect(Channel channel, Duration time, Predicate<InetAddress> admission) {
        channel.pipeline()
                .addFirst(new HAProxyMessageDecoder(EXTENSION_BYTES_MAX, true), new ProxyHeader(time, admission));
    }

    /// The client's address as reported by the proxy, or else the connection's peer.
    public static InetSocketAddress client(Channel channel) {
        Channel parent = channel.parent(); // The connection of a stream, or a listening socket.
        Channel connection = parent != null && parent.hasAttr(CLIENT) ? parent : channel;
        InetSocketAddress told =
                connection.hasAttr(CLIENT) ? connection.attr(CLIENT).get() : null;
        if (told != null) return told;
        return channel.remoteAddress() instanceof InetSocketAddress peer ? peer : UNKNOWN;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        limit = ctx.executor()
                .schedule(() -> refuse(ctx, "none arrived in time"), time.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (limit != null) limit.cancel(false);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof HAProxyMessage header)) {
            ReferenceCountUtil.release(message); // The connection is closed already.
            return;
        }
        try {
            take(ctx, header);
        } finally {
            header.release();
        }
    }

    private void take(ChannelHandlerContext ctx, HAProxyMessage header) {
        AddressFamily family = header.proxiedProtocol().addressFamily();
        boolean isTold = header.command() == HAProxyCommand.PROXY
                && (family == AddressFamily.AF_IPv4 || family == AddressFamily.AF_IPv6);
        if (isTold) { // Otherwise the proxy itself is the client: a health check.
            var address = AddressLiteral.parse(header.sourceAddress());
            if (address.isEmpty()) {
                refuse(ctx, "its address is invalid");
                return;
            }
            ctx.channel().attr(CLIENT).set(new InetSocketAddress(address.get(), header.sourcePort()));
            if (!admission.test(address.get())) {
                ctx.close();
                return;
            }
        }
        ctx.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        refuse(ctx, String.valueOf(cause.getMessage()));
    }

    private static void refuse(ChannelHandlerContext ctx, String reason) {
        LOG.log(Level.DEBUG, "connection closed, its PROXY protocol header is bad: " + reason);
        ctx.close();
    }
}
