package dev.sluice.server.net;

import dev.sluice.server.tls.InvalidCertificateException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The listening sockets of a server: all of them, or none. May be used from any thread.
public final class Listeners {
    private record Bound(Listener listener, @Nullable TlsContext tls, Channel channel) {
        URI uri() {
            int port = ((InetSocketAddress) channel.localAddress()).getPort();
            return URI.create((tls == null ? "http://" : "https://") + listener.at(port));
        }
    }

    private final List<Bound> all;

    private Listeners(List<Bound> all) {
        this.all = all;
    }

    /// Starts to listen.
    ///
    /// @param connections admits the connections of all listeners together
    /// @param http        the handler of the connections of each listener
    /// @param stall       the time after which the kernel probes a silent client
    /// @param isInsecure  whether addresses other than loopback are allowed
    /// @throws CannotListenException if one of them cannot listen; then no socket is left open
    public static Listeners open(
            List<Listener> listeners,
            EventLoops loops,
            Connections connections,
            Function<Listener, ? extends ChannelHandler> http,
            Duration stall,
            boolean isInsecure) {
        List<InetAddress> addresses = listeners.stream()
                .map(listener -> address(listener.host(), isInsecure))
                .toList();
        List<Bound> all = new ArrayList<>();
        Listeners opened = new Listeners(all);
        try {
            for (int i = 0; i < listeners.size(); i++) {
                Listener listener = listeners.get(i);
                TlsContext tls = tls(listener);
                ChannelHandler admission = connections.admission(http.apply(listener), listener, tls);
                ServerBootstrap bootstrap = bootstrap(loops, connections.accepted(), admission, stall);
                all.add(new Bound(listener, tls, bind(bootstrap, listener, addresses.get(i))));
            }
            return opened;
        } catch (RuntimeException failed) {
            opened.close();
            throw failed;
        }
    }

    private static @Nullable TlsContext tls(Listener listener) {
        if (listener.tls() == null) return null;
        try {
            return TlsContext.open(listener.tls());
        } catch (InvalidCertificateException | SSLException unusable) {
            throw new CannotListenException(
                    "No TLS on " + listener.at(listener.port()) + ": " + unusable.getMessage(),
                    "Use another certificate.",
                    unusable);
        }
    }

    private static ServerBootstrap bootstrap(
            EventLoops loops, ChannelHandler accepted, ChannelHandler admission, Duration stall) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.acceptor(), loops.group())
                .channel(loops.serverChannel())
                .childHandler(admission)
                .handler(accepted);
        SocketOptions.set(bootstrap, loops.isEpoll(), stall);
        return bootstrap;
    }

    private static InetAddress address(String host, boolean isInsecure) {
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException unknown) {
            throw new CannotListenException(
                    "The host '" + host + "' is not known.", "Use an address of this machine.", unknown);
        }
        if (!address.isLoopbackAddress() && !isInsecure) {
            throw new CannotListenException(
                    "Without authentication the hub listens on loopback only, and '" + host + "' is not loopback.",
                    "Use 127.0.0.1, or --insecure to let every client read and publish.",
                    null);
        }
        return address;
    }

    private static Channel bind(ServerBootstrap bootstrap, Listener listener, InetAddress address) {
        try {
            return bootstrap
                    .bind(new InetSocketAddress(address, listener.port()))
                    .syncUninterruptibly()
                    .channel();
        } catch (Exception refused) {
            if (!(refused instanceof IOException)) throw refused;
            String setting = listener.role() == Listener.Role.PUBLIC ? "--port" : "admin_port";
            throw new CannotListenException(
                    "Can't listen on " + listener.host() + ":" + listener.port() + " (" + refused.getMessage() + ").",
                    "Stop what uses it, or choose another with " + setting + ".",
                    refused);
        }
    }

    /// The addresses of the listeners of a role, in the order of the settings.
    public List<URI> uris(Listener.Role role) {
        return all.stream()
                .filter(each -> each.listener.role() == role)
                .map(Bound::uri)
                .toList();
    }

    /// The number of TLS handshakes that have failed since the start.
    public long failedHandshakes() {
        return all.stream()
                .mapToLong(each -> each.tls == null ? 0 : each.tls.failedHandshakes())
                .sum();
    }

    /// Reads changed certificates again. Called about once a second, always by the same thread. Blocks.
    public void maintain() {
        for (Bound each : all) if (each.tls != null) each.tls.maintain();
    }

    /// Waits until the listeners are closed.
    ///
    /// @return false if the time elapsed first
    public boolean awaitClose(Duration time) throws InterruptedException {
        return all.getFirst().channel().closeFuture().await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Accepts no more connections.
    public void close() {
        all.forEach(each -> each.channel().close().awaitUninterruptibly());
    }
}
