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

/// Passes bytes between clients and a hub, and does to them what networks do: ends lines politely and rudely, in the
/// middle of an event too, swallows what they carry, and lets it through late, in lumps or in drops. May be used from
/// any thread.
public final class HostileProxy implements AutoCloseable {
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Signal signal = new Signal();
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final InetSocketAddress hub;
    private final Channel listener;
    private volatile Weather weather = Weather.FAIR;
    private volatile boolean refusing;

    private HostileProxy(URI hub) {
        this.hub = new InetSocketAddress(InetAddress.getLoopbackAddress(), hub.getPort());
        this.listener = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false) // Until there is somewhere to write to.
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel client) {
                        take(client);
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

    /// Where clients find the hub.
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort() + path);
    }

    private void take(Channel client) {
        Line line = new Line(client, weather, signal);
        if (refusing) {
            line.reset();
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
                        line.join(channel);
                    }
                })
                .connect(hub)
                .addListener(connected -> {
                    if (connected.isSuccess()) line.open();
                    else line.reset();
                });
        lines.add(line);
        signal.changed();
    }

    // --- what it does to lines

    /// Lets the bytes of new lines through like this.
    public HostileProxy weather(Weather next) {
        weather = next;
        return this;
    }

    /// Ends all lines as an orderly proxy does: what was passed on arrives, then the end (FIN).
    public void cut() {
        lines.forEach(line -> line.cutAfter(0));
    }

    /// Ends all lines as a crash does (RST): what is under way may be lost.
    public void reset() {
        lines.forEach(Line::reset);
    }

    /// From now on nothing passes on the lines there are, and nobody is told.
    public void blackHole() {
        lines.forEach(Line::swallow);
    }

    /// Resets every new line at once, until [#admit].
    public void refuse() {
        refusing = true;
        loop.submit(() -> {}).syncUninterruptibly(); // Whoever was just being taken is in.
    }

    public void admit() {
        refusing = false;
    }

    // --- what it has seen

    /// All lines that it took, in the order of their beginning.
    public List<Line> lines() {
        return List.copyOf(lines);
    }

    /// Waits for a line of which something is true, and gives the first such.
    public Line await(String what, Predicate<Line> is) {
        return signal.await(
                () -> lines.stream().filter(is).findFirst().orElse(null), () -> "no line " + what + ", among " + lines);
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        reset();
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
