package dev.sluice.server.proxy;

import dev.sluice.server.Signal;
import dev.sluice.server.TestServer;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A proxy between clients and a hub that injects network faults: it closes or resets connections, also in the
/// middle of an event, drops their bytes, and delays, batches or splits them. May be used from any thread.
public final class HostileProxy implements AutoCloseable {
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Signal signal = new Signal();
    private final List<ProxiedConnection> connections = new CopyOnWriteArrayList<>();
    private final InetSocketAddress hub;
    private final Channel listener;
    private volatile NetworkFault fault = NetworkFault.NONE;
    private volatile boolean refusing;

    private HostileProxy(URI hub) {
        this.hub = new InetSocketAddress(InetAddress.getLoopbackAddress(), hub.getPort());
        this.listener = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false) // Until the hub is connected.
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel client) {
                        accept(client);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    public static HostileProxy before(TestServer server) {
        return before(server.server().uri());
    }

    public static HostileProxy before(URI hub) {
        return new HostileProxy(hub);
    }

    /// The address of a path of the hub, through the proxy.
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort() + path);
    }

    private void accept(Channel client) {
        ProxiedConnection connection = new ProxiedConnection(client, fault, signal);
        if (refusing) {
            connection.reset();
            return;
        }
        new Bootstrap()
                .group(client.eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connection.join(channel);
                    }
                })
                .connect(hub)
                .addListener(connected -> {
                    if (connected.isSuccess()) connection.open();
                    else connection.reset();
                });
        connections.add(connection);
        signal.changed();
    }

    // --- faults

    /// Applies this fault to new connections.
    public HostileProxy fault(NetworkFault next) {
        fault = next;
        return this;
    }

    /// Closes all connections as an orderly proxy does: forwarded bytes arrive, followed by FIN.
    public void cut() {
        connections.forEach(connection -> connection.cutAfter(0));
    }

    /// Resets all connections as a crash does (RST): bytes in flight may be lost.
    public void reset() {
        connections.forEach(ProxiedConnection::reset);
    }

    /// Drops all further bytes of the open connections, without closing them.
    public void blackHole() {
        connections.forEach(ProxiedConnection::drop);
    }

    /// Resets every new connection at once, until [#admit].
    public void refuse() {
        refusing = true;
        loop.submit(() -> {}).syncUninterruptibly(); // A connection being accepted right now is registered.
    }

    public void admit() {
        refusing = false;
    }

    // --- observations

    /// All connections so far, in the order accepted.
    public List<ProxiedConnection> connections() {
        return List.copyOf(connections);
    }

    /// Waits for a connection that matches, and returns the first one.
    public ProxiedConnection await(String what, Predicate<ProxiedConnection> condition) {
        return signal.await(
                () -> connections.stream().filter(condition).findFirst().orElse(null),
                () -> "no connection " + what + " among " + connections);
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        reset();
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
