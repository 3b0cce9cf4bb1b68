package dev.sluice.server.net;

import dev.sluice.server.net.address.AddressAdmission;
import dev.sluice.server.net.address.ProxyGate;
import dev.sluice.server.net.address.ProxyHeader;
import dev.sluice.server.net.outlet.ServerStopping;
import dev.sluice.server.net.outlet.TlsPipeline;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// All open connections of all listeners: counts them, turns away those beyond the limit, and closes them when the
/// server stops.
public final class Connections {
    private static final System.Logger LOG = System.getLogger(Connections.class.getName());

    /// The maximum number of open connections beyond the limit whose request is read and answered with a 503 in
    /// its transport's format. Further connections get a fixed 503, and their requests are not read.
    private static final int TURNED_AWAY_MAX = 256;

    private static final int TURNED_AWAY_MIN = 64;

    private final ConnectionLimit admitted;
    private final ConnectionLimit turnedAway;
    private final ChannelHandler full;
    private final ChannelHandler flood;
    private final AddressAdmission addresses;
    private final ChannelHandler tooMany;
    private final ProxyGate proxies;

    /// The maximum number admitted: the sockets available without those reserved for refusals.
    private final int admittedMax;

    private final AcceptLimit accepted;
    private final ChannelFutureListener onClosed; // One shared instance, because each connection has to be small.
    private final Set<Channel> all = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

    /// Admits connections up to a limit. It is the close listener of all of them, because each connection has to be
    /// small.
    private final class ConnectionLimit implements ChannelFutureListener {
        private final OpenLimit open;

        ConnectionLimit(int max) {
            this.open = new OpenLimit(max);
        }

        boolean admits(Channel channel) {
            if (!open.admits()) return false;
            all.add(channel);
            channel.closeFuture().addListener(this);
            // It was accepted before the end, and registered at its event loop only now.
            if (isClosed) channel.close();
            return true;
        }

        @Override
        public void operationComplete(ChannelFuture closed) {
            all.remove(closed.channel());
            open.onClosed();
            accepted.onClosed();
        }
    }

    /// @param sockets the maximum number of open sockets, including those of clients that are turned away
    /// @param full    the handler of connections beyond the limit
    /// @param flood   the handler of connections beyond [#TURNED_AWAY_MAX]
    /// @param addresses decides how many connections an address may have
    /// @param tooMany the handler of connections that `addresses` refuses, at most [#TURNED_AWAY_MAX] together
    ///                with `full`: one address must not occupy the sockets of others with its refusals
    /// @param proxies decides which peers may send headers of the PROXY protocol
    public Connections(
            int max,
            int sockets,
            ChannelHandler full,
            ChannelHandler flood,
            AddressAdmission addresses,
            ChannelHandler tooMany,
            ProxyGate proxies) {
        int turnedAwayMax = turnedAwayMax(max, sockets);
        this.admittedMax = sockets - turnedAwayMax;
        this.admitted = new ConnectionLimit(Math.min(max, admittedMax));
        this.turnedAway = new ConnectionLimit(turnedAwayMax);
        this.full = full;
        this.flood = flood;
        this.addresses = addresses;
        this.tooMany = tooMany;
        this.proxies = proxies;
        this.accepted = new AcceptLimit(sockets);
        this.onClosed = future -> accepted.onClosed();
        warnOfFewSockets(max);
    }

    private void warnOfFewSockets(int max) {
        if (max <= admittedMax) return;
        LOG.log(
                System.Logger.Level.WARNING,
                "too few files may be open (ulimit -n): connections are limited to " + admittedMax + ", not " + max);
    }

    /// Changes the maximum number admitted, as far as there are sockets; open connections stay. May be called
    /// from any thread.
    public void limit(int max) {
        int limit = Math.min(max, admittedMax);
        if (limit == max()) return;
        admitted.open.limit(limit);
        warnOfFewSockets(max);
    }

    /// The maximum number of connections admitted.
    public int max() {
        return admitted.open.max();
    }

    /// If there are few descriptors, the number of connections beyond the limit is reduced first.
    private static int turnedAwayMax(int max, int sockets) {
        return Math.clamp(
                sockets - max, Math.min(TURNED_AWAY_MIN, sockets / 4), Math.min(TURNED_AWAY_MAX, sockets / 4));
    }

    /// The handler for the listening sockets, before the connections are [admitted][#admission].
    ChannelHandler accepted() {
        return accepted;
    }

    public int size() {
        return admitted.open.count() + turnedAway.open.count();
    }

    /// The first handler of a listener's connections, which the chosen one replaces. The answer to a full hub is
    /// sent by a handler, too, so that TLS comes before all of them.
    ///
    /// @param http the handler of connections within the limit
    /// @param listener the listener that accepted the connections
    /// @param tls      null if connections are not encrypted
    ChannelHandler admission(ChannelHandler http, Listener listener, @Nullable TlsContext tls) {
        return new Admission(http, listener, tls);
    }

    @Sharable
    private final class Admission extends ChannelInboundHandlerAdapter {
        private final ChannelHandler http;
        private final Listener listener;
        private final @Nullable TlsContext tls;

        Admission(ChannelHandler http, Listener listener, @Nullable TlsContext tls) {
            this.http = http;
            this.listener = listener;
            this.tls = tls;
        }

        @Override
        public void channelRegistered(ChannelHandlerContext context) {
            Channel channel = context.channel();
            ChannelHandler handler = handler(channel);
            if (handler == null) {
                context.close();
                return;
            }
            if (tls == null) {
                channel.pipeline().replace(this, null, handler);
            } else {
                channel.pipeline().replace(this, null, new TlsDetector(tls));
                channel.pipeline().addLast(new TlsHandshake(tls, handler));
            }
            if (listener.readsProxyProtocol()) {
                ProxyHeader.expect(channel, proxies.headerTime(), client -> admits(channel, client));
            }
            context.fireChannelRegistered();
        }

        /// Returns the handler of a connection; null if it must be closed at once.
        private @Nullable ChannelHandler handler(Channel channel) {
            // The address of a client behind a proxy is limited once its header has arrived.
            boolean isProxied = listener.readsProxyProtocol();
            boolean isStranger = isProxied && !proxies.admits(channel);
            boolean isTooMany = !isProxied && listener.role() == Listener.Role.PUBLIC && !admitsAddress(channel);
            if (!isStranger && !isTooMany && admitted.admits(channel)) return http;
            if (!isStranger && turnedAway.admits(channel)) return isTooMany ? tooMany : full;
            channel.closeFuture().addListener(onClosed); // No limit counts the end of this connection.
            return isStranger || isTooMany ? null : flood;
        }
    }

    private boolean admitsAddress(Channel channel) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) return true; // Closed already.
        return admits(channel, remote.getAddress());
    }

    private boolean admits(Channel channel, InetAddress client) {
        if (!addresses.isLimited(client)) return true;
        if (!addresses.admits(client)) return false;
        channel.closeFuture().addListener(_ -> addresses.closed(client));
        return true;
    }

    /// Closes idle connections now, and all others after their current answer.
    public void stop() {
        all.forEach(channel -> channel.pipeline().fireUserEventTriggered(ServerStopping.NOW));
    }

    /// Waits up to `patience` for connections to close, then closes the remaining ones, and those that arrive
    /// late: event loops that end leave their connections open.
    public void close(Duration patience) {
        isClosed = true;
        long deadlineNs = System.nanoTime() + patience.toNanos();
        for (Channel each : all) {
            each.closeFuture().awaitUninterruptibly(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        for (Channel each : all) TlsPipeline.abort(each);
        for (Channel each : all) each.closeFuture().awaitUninterruptibly();
    }
}
