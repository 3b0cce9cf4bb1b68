package dev.sluice.server;

import dev.sluice.server.http.HttpInitializer;
import dev.sluice.server.http.Stopping;
import dev.sluice.server.transport.LastWords;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// All connections: counts them, turns away what is too many, and sees them all end.
@Sharable
final class Connections extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(Connections.class.getName());

    private static final byte[] FULL = """
            HTTP/1.1 503 Service Unavailable\r
            Content-Type: application/problem+json\r
            Retry-After: 5\r
            Cache-Control: no-store\r
            Vary: Accept, Origin, Authorization, Cookie, Last-Event-ID\r
            X-Content-Type-Options: nosniff\r
            Connection: close\r
            Content-Length: LENGTH\r
            \r
            """.replace("LENGTH", String.valueOf(Full.BODY.length()))
            .concat(Full.BODY)
            .getBytes(StandardCharsets.US_ASCII);

    /// Clients at a time that are told in their own words to come back. More than that get words that need no reading
    /// of their requests.
    private static final int TURNED_AWAY_MAX = 256;

    private final Door admitted;
    private final Door turnedAway;
    private final AcceptLimit accepted;
    private final ChannelFutureListener gone; // One for all.
    private final Set<Channel> all = ConcurrentHashMap.newKeySet();

    /// Said before anything is read, so it is not built as other answers are.
    private static final class Full {
        static final String BODY = "{\"type\":\"/problems/full\",\"title\":\"The hub is full just now\",\"status\":503,"
                + "\"detail\":\"It has as many connections as it is set to take (connections_max). Try again in some seconds.\"}";
    }

    /// Lets so many connections in, and is told when they have gone: one for all, as each connection has to be small.
    private final class Door implements ChannelFutureListener {
        private final int max;
        private final HttpInitializer http;
        private final AtomicInteger inside = new AtomicInteger();

        Door(int max, HttpInitializer http) {
            this.max = max;
            this.http = http;
        }

        boolean admits(ChannelHandlerContext context) {
            if (inside.incrementAndGet() > max) {
                inside.decrementAndGet();
                return false;
            }
            Channel channel = context.channel();
            all.add(channel);
            channel.closeFuture().addListener(this);
            channel.pipeline().replace(Connections.this, null, http);
            context.fireChannelRegistered();
            return true;
        }

        @Override
        public void operationComplete(ChannelFuture closed) {
            all.remove(closed.channel());
            inside.decrementAndGet();
        }
    }

    /// @param full    for those that are too many
    /// @param sockets how many there may be, with those that are turned away
    Connections(int max, HttpInitializer http, HttpInitializer full, int sockets) {
        int turnedAwayMax = turnedAwayMax(sockets);
        this.admitted = new Door(Math.min(max, sockets - turnedAwayMax), http);
        this.turnedAway = new Door(turnedAwayMax, full);
        this.accepted = new AcceptLimit(sockets);
        this.gone = closed -> accepted.gone();
        if (admitted.max == max) return;
        LOG.log(
                System.Logger.Level.WARNING,
                "too few files may be open (ulimit -n): connections are limited to " + admitted.max + ", not " + max);
    }

    private static int turnedAwayMax(int sockets) {
        return Math.min(TURNED_AWAY_MAX, sockets / 4);
    }

    /// To be asked before a connection comes here.
    AcceptLimit accepted() {
        return accepted;
    }

    int size() {
        return admitted.inside.get() + turnedAway.inside.get();
    }

    @Override
    public void channelRegistered(ChannelHandlerContext context) {
        context.channel().closeFuture().addListener(gone);
        if (admitted.admits(context) || turnedAway.admits(context)) return;
        LastWords.say(context.channel(), Unpooled.wrappedBuffer(FULL));
    }

    /// Lets idle connections go, and all others behind the answer that they are at.
    void stop() {
        all.forEach(channel -> channel.pipeline().fireUserEventTriggered(Stopping.NOW));
    }

    /// Waits for connections to end by themselves, then ends those that have not.
    void close(Duration patience) {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        for (Channel each : all) {
            each.closeFuture().awaitUninterruptibly(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        for (Channel each : all) each.close().awaitUninterruptibly();
    }
}
