package dev.sluice.server;

import dev.sluice.server.http.HttpInitializer;
import dev.sluice.server.http.Stopping;
import dev.sluice.server.transport.LastWords;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
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
            Cache-Control: no-store\r
            Vary: Accept, Origin, Authorization, Cookie, Last-Event-ID\r
            X-Content-Type-Options: nosniff\r
            Connection: close\r
            Content-Length: %d\r
            \r
            %s""".formatted(Full.BODY.length(), Full.BODY).getBytes(StandardCharsets.US_ASCII);

    /// Clients at a time that are told in their own words to come back. More than that get words that need no reading
    /// of their requests.
    private static final int TURNED_AWAY_MAX = 256;

    private final int max;
    private final HttpInitializer http;
    private final HttpInitializer full;
    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicInteger turnedAway = new AtomicInteger();
    private final ChannelGroup all = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    /// Said before anything is read, so it is not built as other answers are.
    private static final class Full {
        static final String BODY = "{\"type\":\"/problems/full\",\"title\":\"The hub is full just now\",\"status\":503,"
                + "\"detail\":\"It has as many connections as it is set to take. Try again in some seconds.\"}";
    }

    /// @param full for those that are too many
    Connections(int max, HttpInitializer http, HttpInitializer full) {
        this.max = max;
        this.http = http;
        this.full = full;
    }

    int size() {
        return admitted.get() + turnedAway.get();
    }

    @Override
    public void channelRegistered(ChannelHandlerContext context) {
        if (enters(context, admitted, max, http) || enters(context, turnedAway, TURNED_AWAY_MAX, full)) return;
        LastWords.say(context.channel(), Unpooled.wrappedBuffer(FULL));
    }

    private boolean enters(ChannelHandlerContext context, AtomicInteger count, int max, HttpInitializer as) {
        if (count.incrementAndGet() > max) {
            count.decrementAndGet();
            return false;
        }
        Channel channel = context.channel();
        channel.closeFuture().addListener(_ -> count.decrementAndGet());
        all.add(channel);
        channel.pipeline().replace(this, null, as);
        context.fireChannelRegistered();
        return true;
    }

    /// Lets idle connections go, and all others behind the answer that they are at.
    void stop() {
        all.forEach(channel -> channel.pipeline().fireUserEventTriggered(Stopping.NOW));
    }

    /// Waits for connections to end by themselves, then ends those that have not.
    void close(Duration patience) {
        all.newCloseFuture().awaitUninterruptibly(patience.toMillis(), TimeUnit.MILLISECONDS);
        all.close().awaitUninterruptibly();
    }
}
