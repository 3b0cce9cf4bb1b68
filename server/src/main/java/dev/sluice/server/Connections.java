package dev.sluice.server;

import dev.sluice.server.http.HttpInitializer;
import dev.sluice.server.http.Stopping;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// All connections: counts them, turns away what is too many, and sees them all end.
@Sharable
final class Connections extends ChannelInboundHandlerAdapter {
    private static final byte[] FULL =
            """
            HTTP/1.1 503 Service Unavailable\r
            Content-Type: application/problem+json\r
            Retry-After: 5\r
            Connection: close\r
            Content-Length: %d\r
            \r
            %s""".formatted(Full.BODY.length(), Full.BODY).getBytes(StandardCharsets.US_ASCII);

    private final int max;
    private final HttpInitializer http;
    private final AtomicInteger count = new AtomicInteger();
    private final ChannelGroup all = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    /// Said before anything is read, so it is not built as other answers are.
    private static final class Full {
        static final String BODY = "{\"type\":\"/problems/full\",\"title\":\"The hub is full just now\",\"status\":503,"
                + "\"detail\":\"It has as many connections as it is set to take. Try again in some seconds.\"}";
    }

    Connections(int max, HttpInitializer http) {
        this.max = max;
        this.http = http;
    }

    int size() {
        return count.get();
    }

    @Override
    public void channelRegistered(ChannelHandlerContext context) {
        Channel channel = context.channel();
        channel.closeFuture().addListener(_ -> count.decrementAndGet());
        if (count.incrementAndGet() > max) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(FULL)).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        all.add(channel);
        channel.pipeline().replace(this, null, http);
        context.fireChannelRegistered();
    }

    /// Waits for connections to end by themselves, then ends those that have not.
    void close(Duration patience) {
        all.forEach(channel -> channel.pipeline().fireUserEventTriggered(Stopping.NOW));
        all.newCloseFuture().awaitUninterruptibly(patience.toMillis(), TimeUnit.MILLISECONDS);
        all.close().awaitUninterruptibly();
    }
}
