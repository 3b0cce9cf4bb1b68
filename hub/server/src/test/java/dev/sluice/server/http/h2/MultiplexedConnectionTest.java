package dev.sluice.server.http.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.delivery.stream.StreamListener;
import dev.sluice.server.Await;
import dev.sluice.server.Http2Client;
import dev.sluice.server.HttpTestServer;
import dev.sluice.server.TestServer;
import dev.sluice.server.http.EchoRoutes;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.exchange.PriorKnowledge;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.net.outlet.ServerStopping;
import dev.sluice.wire.Http2Frame;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// HTTP/2 connections: their streams side by side, and their ends.
class MultiplexedConnectionTest {
    private static final int NO_ERROR = 0;
    private static final int CANCEL = 8;

    /// A stream that a test writes to.
    private static final class Stream implements StreamListener {
        final Exchange exchange;
        final Outlet outlet;
        final AtomicInteger writables = new AtomicInteger();
        final CompletableFuture<Void> closed = new CompletableFuture<>();
        final CompletableFuture<Void> stopping = new CompletableFuture<>();

        Stream(Exchange exchange) {
            this.exchange = exchange;
            this.outlet = exchange.stream(ServerResponse.text(Status.OK, ""), this);
        }

        /// Writes on the event loop, and returns how many bytes were accepted.
        int write(String text) throws Exception {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            return exchange.loop().submit(() -> outlet.write(bytes)).get(20, TimeUnit.SECONDS);
        }

        long progress() {
            try {
                return exchange.loop().submit(outlet::progress).get(20, TimeUnit.SECONDS);
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        }

        void end(boolean isComplete) {
            exchange.loop().execute(() -> outlet.end(isComplete));
        }

        @Override
        public void writable() {
            writables.incrementAndGet();
        }

        @Override
        public void close() {
            closed.complete(null);
        }

        @Override
        public void stopping() {
            stopping.complete(null);
        }

        @Override
        public boolean isOver() {
            return false;
        }
    }

    private final BlockingQueue<Stream> streams = new LinkedBlockingQueue<>();
    private final Route route = exchange -> {
        if (exchange.request().path().raw().startsWith("/stream")) streams.add(new Stream(exchange));
        else EchoRoutes.PATH.handle(exchange);
    };

    private Stream next() throws InterruptedException {
        Stream next = streams.poll(20, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    @Test
    void buffersOnePieceOfAStreamWithAClosedWindowAndServesTheOthers() throws Exception {
        try (var server = HttpTestServer.http2(route);
                var client = new Http2Client(server)) {
            // A window of a byte, then no more: INITIAL_WINDOW_SIZE.
            client.openWindow(0, 1 << 20).settings(4, 1).get(1, "/stream");
            Stream shut = next();
            client.settings(4, 65_535 + 1).get(3, "/stream"); // Opens the first by 65,535, too.
            Stream open = next();
            String large = "0123456789".repeat(20_000);
            int accepted = shut.write(large);
            assertThat(accepted).isEqualTo(16 << 10);
            for (int i = 0; i < 3; i++) {
                int more = i;
                Await.that(() -> shut.writables.get() == more + 1, () -> "not writable again");
                accepted += shut.write(large.substring(accepted));
            }
            // The window takes 65,536 bytes: four pieces, and a fifth waits.
            Await.that(() -> shut.writables.get() == 4, () -> "not writable again");
            assertThat(shut.write(large)).isEqualTo(16 << 10);
            assertThat(shut.write(large)).isZero();
            long stalled = shut.progress();
            assertThat(open.write("live")).isEqualTo(4);
            client.until(3, "live");
            assertThat(shut.progress()).isEqualTo(stalled).isNotEqualTo(Outlet.NOTHING_PENDING);
            client.openWindow(1, 100);
            Await.that(() -> shut.progress() != stalled, () -> "no progress was seen");
            assertThat(shut.writables.get()).isEqualTo(4);
            client.openWindow(1, 1 << 20);
            Await.that(() -> shut.writables.get() == 5, () -> "not writable again");
        }
    }

    @Test
    void endsAStreamWithEndStreamOrWithAReset() throws Exception {
        try (var server = HttpTestServer.http2(route);
                var client = new Http2Client(server)) {
            client.get(1, "/stream").get(3, "/stream");
            Stream whole = next();
            Stream cut = next();
            whole.write("last");
            whole.end(true);
            assertThat(client.response(1).body()).isEqualTo("last");
            cut.end(false);
            assertThat(client.await(Http2Frame.RST_STREAM, 3).error()).isEqualTo(CANCEL);
            whole.closed.get(20, TimeUnit.SECONDS);
            cut.closed.get(20, TimeUnit.SECONDS);
            assertThat(client.get(5, "/next").response(5).body()).isEqualTo("/next");
        }
    }

    @Test
    void cutsAStreamWhoseLastBytesAreNotRead() throws Exception {
        try (var server = HttpTestServer.http2(route);
                var client = new Http2Client(Http2Client.plain(server.port()), 4, 0)) {
            client.get(1, "/stream");
            Stream stream = next();
            stream.write("last");
            stream.end(true);
            stream.end(false);
            assertThat(client.await(Http2Frame.RST_STREAM).error()).isEqualTo(CANCEL);
            stream.closed.get(20, TimeUnit.SECONDS);
        }
    }

    /// Written by one that reads its client's progress, and sent by one that does not, such as a search.
    @Test
    void cutsStreamsWhoseLastBytesAreNotReadInTime() throws Exception {
        try (var server = HttpTestServer.http2(route, hurried(), PriorKnowledge.budget());
                var client = new Http2Client(Http2Client.plain(server.port()), 4, 0)) {
            client.get(1, "/stream").get(3, "/stream");
            Stream one = next();
            Stream other = next();
            one.write("last");
            one.end(true);
            other.outlet.send("last".getBytes(StandardCharsets.UTF_8), () -> {});
            other.end(true);
            for (int i = 0; i < 2; i++) {
                assertThat(client.await(Http2Frame.RST_STREAM).error()).isEqualTo(CANCEL);
            }
            one.closed.get(20, TimeUnit.SECONDS);
            other.closed.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void endsTheRequestOfAStreamThatEndsBeforeIt() throws Exception {
        try (var server = HttpTestServer.http2(route);
                var client = new Http2Client(server)) {
            client.request(1, "POST", "/stream", false).request(3, "POST", "/stream", false);
            Stream one = next();
            Stream other = next();
            client.data(3, "", true).frame(Http2Frame.PING, 0, 0, new byte[8]).await(Http2Frame.PING);
            one.end(true);
            assertThat(client.await(Http2Frame.DATA, 1).isLast()).isTrue();
            assertThat(client.await(Http2Frame.RST_STREAM, 1).error()).isEqualTo(NO_ERROR);
            other.end(true);
            assertThat(client.await(Http2Frame.DATA, 3).isLast()).isTrue();
            client.get(5, "/next");
            assertThat(client.next().stream()).isEqualTo(5); // No reset of a stream that both have ended.
        }
    }

    @Test
    void discardsWhatAClientSendsToAStream() throws Exception {
        try (var server = HttpTestServer.http2(route);
                var client = new Http2Client(server)) {
            client.request(1, "POST", "/stream", false);
            Stream stream = next();
            for (int i = 0; i < 4; i++) client.data(1, "x".repeat(16_000), false);
            client.await(Http2Frame.WINDOW_UPDATE, 1);
            stream.write("on");
            client.until(1, "on");
        }
    }

    @Test
    void notifiesAStreamThatItsClientResets() throws Exception {
        try (var server = HttpTestServer.http2(route);
                var client = new Http2Client(server)) {
            client.get(1, "/stream");
            Stream stream = next();
            client.reset(1);
            stream.closed.get(20, TimeUnit.SECONDS);
            assertThat(stream.progress()).isEqualTo(Outlet.NOTHING_PENDING);
            assertThat(client.get(3, "/next").response(3).body()).isEqualTo("/next");
        }
    }

    @Test
    void notifiesAllStreamsWhenTheConnectionCloses() throws Exception {
        try (var server = HttpTestServer.http2(route)) {
            Stream one;
            Stream other;
            try (var client = new Http2Client(server)) {
                client.get(1, "/stream").get(3, "/stream");
                one = next();
                other = next();
            }
            one.closed.get(20, TimeUnit.SECONDS);
            other.closed.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void sendsGoAwayWhenTheServerStopsAndEndsWithItsLastStream() throws Exception {
        try (var server = HttpTestServer.http2(route);
                var client = new Http2Client(server)) {
            client.get(1, "/stream");
            Stream stream = next();
            server.accepted().pipeline().fireUserEventTriggered(ServerStopping.NOW);
            assertThat(client.await(Http2Frame.GOAWAY).error()).isEqualTo(NO_ERROR);
            stream.stopping.get(20, TimeUnit.SECONDS);
            stream.write("last words");
            stream.end(true);
            client.until(1, "last words");
            while (client.next() != null) {} // The end of the connection.
        }
    }

    @Test
    void endsAConnectionThatHasNoStreamsForItsIdleTime() {
        try (var server = HttpTestServer.http2(route, idle(Duration.ofMillis(50)), PriorKnowledge.budget());
                var client = new Http2Client(server)) {
            assertThat(client.goAway()).isEqualTo(NO_ERROR);
        }
    }

    @Test
    void keepsAConnectionThatHasAStream() throws Exception {
        try (var server = HttpTestServer.http2(route, idle(Duration.ofMillis(50)), PriorKnowledge.budget());
                var client = new Http2Client(server);
                var idle = new Http2Client(server)) {
            client.get(1, "/stream");
            Stream stream = next();
            assertThat(idle.goAway()).isEqualTo(NO_ERROR); // The time has passed for the other one.
            stream.write("still here");
            client.until(1, "still here");
            stream.end(true);
            assertThat(client.goAway()).isEqualTo(NO_ERROR);
        }
    }

    @Test
    void closesAConnectionWithoutStreamsWhoseClientReadsNothing() throws Exception {
        try (var server = HttpTestServer.http2(route, hurried(), PriorKnowledge.budget());
                var client = new Http2Client(server)) {
            client.get(1, "/stream");
            next();
            server.accepted().pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
                @Override
                public void flush(ChannelHandlerContext ctx) {}
            });
            server.accepted().pipeline().fireUserEventTriggered(ServerStopping.NOW);
            client.reset(1);
            assertThat(server.accepted().closeFuture().await(TestServer.PATIENCE.toMillis()))
                    .isTrue();
        }
    }

    private static HttpSettings hurried() {
        return HttpSettings.DEFAULTS.toBuilder()
                .answerTime(Duration.ofMillis(50))
                .build();
    }

    private static HttpSettings idle(Duration time) {
        return HttpSettings.DEFAULTS.toBuilder().idleTime(time).build();
    }

    @Test
    void flushesOnceForAllStreamsThatWriteInOneTurn() throws Exception {
        try (var server = HttpTestServer.http2(route);
                var client = new Http2Client(server)) {
            for (int i = 0; i < 40; i++) client.get(2 * i + 1, "/stream");
            Stream[] all = new Stream[40];
            for (int i = 0; i < all.length; i++) all[i] = next();
            AtomicInteger flushes = new AtomicInteger();
            server.accepted().pipeline().addFirst(new FlushCounter(flushes));
            all[0].exchange.loop().submit(() -> {
                for (Stream each : all) each.outlet.write(ByteBuffer.wrap("event".getBytes(StandardCharsets.UTF_8)));
            });
            for (int i = 0; i < all.length; i++) client.await(Http2Frame.DATA);
            assertThat(flushes.get()).isLessThanOrEqualTo(2);
        }
    }

    private static final class FlushCounter extends ChannelOutboundHandlerAdapter {
        private final AtomicInteger flushes;

        FlushCounter(AtomicInteger flushes) {
            this.flushes = flushes;
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            flushes.incrementAndGet();
            ctx.flush();
        }
    }
}
