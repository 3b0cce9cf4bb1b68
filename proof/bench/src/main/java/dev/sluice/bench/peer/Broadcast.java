package dev.sluice.bench.peer;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/// The common way to broadcast with Netty: an event is encoded once, and a duplicate of the buffer is written and
/// flushed to each reader. There is no history and no backpressure. Linux only; takes a port.
final class Broadcast extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final int BODY_BYTES_MAX = 2 << 20;
    private static final int BACKLOG = 4096;
    private static final String SUBSCRIBE = "/sub/";
    private static final String PUBLISH = "/pub/";

    private static final Map<String, List<Channel>> READERS = new ConcurrentHashMap<>();
    private static final AtomicLong EVENTS = new AtomicLong();

    private Broadcast() {}

    static void main(String[] args) throws InterruptedException {
        var loops = new MultiThreadIoEventLoopGroup(
                Runtime.getRuntime().availableProcessors(), EpollIoHandler.newFactory());
        new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(BODY_BYTES_MAX),
                                        new Broadcast());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])))
                .sync()
                .channel()
                .closeFuture()
                .sync();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (request.method().equals(HttpMethod.POST)) publish(context, request);
        else subscribe(context, request.uri());
    }

    private static void subscribe(ChannelHandlerContext context, String uri) {
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
                .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        context.writeAndFlush(head);
        context.pipeline().remove(HttpObjectAggregator.class); // From here on events are written as bytes.
        context.pipeline().remove(HttpServerCodec.class);
        var readers = READERS.computeIfAbsent(uri.substring(SUBSCRIBE.length()), _ -> new CopyOnWriteArrayList<>());
        readers.add(context.channel());
        context.channel().closeFuture().addListener(_ -> readers.remove(context.channel()));
    }

    private static void publish(ChannelHandlerContext context, FullHttpRequest request) {
        var event = event(context, request.content());
        for (var reader : READERS.getOrDefault(request.uri().substring(PUBLISH.length()), List.of())) {
            reader.writeAndFlush(event.retainedDuplicate());
        }
        event.release();
        var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT);
        context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    /// A chunk with an event (RFC 9112 §7.1, WHATWG HTML §9.2).
    private static ByteBuf event(ChannelHandlerContext context, ByteBuf data) {
        var block = "id: " + EVENTS.incrementAndGet() + "\ndata: " + data.toString(StandardCharsets.UTF_8) + "\n\n";
        return context.alloc()
                .directBuffer()
                .writeBytes((Integer.toHexString(block.length()) + "\r\n" + block + "\r\n")
                        .getBytes(StandardCharsets.UTF_8));
    }
}
