package dev.sluice.server;

import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.ProblemPage;
import dev.sluice.server.http.ResponseListener;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.exchange.HttpBudget;
import dev.sluice.server.http.exchange.PriorKnowledge;
import dev.sluice.server.http.h1.HttpInitializer;
import dev.sluice.server.http.policy.OriginPolicy;
import dev.sluice.server.http.policy.OriginSettings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// An HTTP server on a free port with the routes of a test. It uses the JDK's selectors, so that tests cover both them
/// and epoll.
public final class HttpTestServer implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Channel listener;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final CompletableFuture<Channel> accepted = new CompletableFuture<>();

    private HttpTestServer(Route route, HttpSettings settings, OriginSettings security) {
        this(new HttpInitializer(
                settings,
                new OriginPolicy(security),
                route,
                PriorKnowledge.budget(),
                InstantSource.system(),
                ResponseListener.NONE,
                ProblemPage.NONE));
    }

    private HttpTestServer(ChannelHandler http) {
        listener = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object connection) {
                        connections.add((Channel) connection);
                        accepted.complete((Channel) connection);
                        context.fireChannelRead(connection);
                    }
                })
                .childHandler(http)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    public static HttpTestServer of(Route route) {
        return new HttpTestServer(route, HttpSettings.DEFAULTS, OriginSettings.LOOPBACK);
    }

    public static HttpTestServer of(Route route, OriginSettings security) {
        return new HttpTestServer(route, HttpSettings.DEFAULTS, security);
    }

    public static HttpTestServer of(Route route, HttpSettings settings) {
        return new HttpTestServer(route, settings, OriginSettings.LOOPBACK);
    }

    /// A server of HTTP/2 without TLS.
    public static HttpTestServer http2(Route route, HttpSettings settings, HttpBudget budget) {
        return new HttpTestServer(
                PriorKnowledge.initializer(settings, new OriginPolicy(OriginSettings.LOOPBACK), route, budget));
    }

    public static HttpTestServer http2(Route route) {
        return http2(route, HttpSettings.DEFAULTS, PriorKnowledge.budget());
    }

    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    public URI uri(String path) {
        return URI.create("http://localhost:" + port() + path);
    }

    /// The first connection.
    public Channel accepted() {
        return accepted.orTimeout(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /// A client on a plain socket.
    public RawClient raw() {
        return new RawClient(port());
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.timeout(TestServer.PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new AssertionError(failed);
        } catch (InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    public HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        if (headers.length > 0) request.headers(headers);
        return send(request);
    }

    public HttpResponse<String> post(String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return send(request);
    }

    /// Event loops that end leave their connections open, with what these hold.
    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        client.close();
        connections.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
