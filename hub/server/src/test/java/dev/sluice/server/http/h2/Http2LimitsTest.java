package dev.sluice.server.http.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Await;
import dev.sluice.server.Http2Client;
import dev.sluice.server.HttpTestServer;
import dev.sluice.server.http.EchoRoutes;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.exchange.HttpBudget;
import dev.sluice.server.http.exchange.PriorKnowledge;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.net.OpenLimit;
import dev.sluice.server.net.outlet.PendingWrites;
import dev.sluice.server.net.outlet.UnsentBytes;
import dev.sluice.wire.HpackEncoder;
import dev.sluice.wire.Http2Frame;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// One client that goes beyond the limits of an HTTP/2 connection, in each of the known ways.
class Http2LimitsTest {
    private static final int PROTOCOL_ERROR = 1;
    private static final int REFUSED_STREAM = 7;
    private static final int CANCEL = 8;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int RESETS_MAX = Http2CodecBuilder.RESETS_MAX;

    /// Never answers.
    private static final Route SILENT = exchange -> {};

    private static HttpSettings withStreams(int max) {
        return HttpSettings.DEFAULTS.toBuilder().streamsMax(max).build();
    }

    @Test
    void announcesTheLimitOfStreamsAndRefusesOneMore() {
        try (var server = HttpTestServer.http2(SILENT, withStreams(3), PriorKnowledge.budget());
                var client = new Http2Client(server)) {
            ByteBuffer settings =
                    ByteBuffer.wrap(client.await(Http2Frame.SETTINGS).payload());
            int streams = 0;
            int headerList = 0;
            while (settings.hasRemaining()) {
                short id = settings.getShort();
                int value = settings.getInt();
                if (id == 3) streams = value;
                if (id == 6) headerList = value;
            }
            assertThat(streams).isEqualTo(3);
            assertThat(headerList).isEqualTo(32 << 10);
            client.get(1, "/").get(3, "/").get(5, "/").get(7, "/");
            assertThat(client.await(Http2Frame.RST_STREAM, 7).error()).isEqualTo(REFUSED_STREAM);
        }
    }

    @Test
    void answers503BeyondTheStreamsOfAllConnections() {
        Route full = exchange -> exchange.refuse(Problems.FULL.of("full"));
        OpenLimit limit = new OpenLimit(2);
        var budget = PriorKnowledge.budget(limit, full, new InFlightBytes(1 << 20, "x"));
        Route route = exchange -> {
            if (exchange.request().path().raw().equals("/answered")) EchoRoutes.PATH.handle(exchange);
        };
        try (var server = HttpTestServer.http2(route, HttpSettings.DEFAULTS, budget);
                var one = new Http2Client(server);
                var other = new Http2Client(server)) {
            one.get(1, "/waits").get(3, "/answered");
            assertThat(one.response(3).status()).isEqualTo(200);
            one.get(5, "/waits").get(7, "/answered");
            assertThat(one.response(7).status()).isEqualTo(503);
            assertThat(other.get(1, "/answered").response(1).status()).isEqualTo(503);
            one.reset(5).frame(Http2Frame.PING, 0, 0, new byte[8]).await(Http2Frame.PING);
            assertThat(other.get(3, "/answered").response(3).status()).isEqualTo(200);
        }
    }

    @Test
    void cutsStreamsThatDoNotReadTheirAnswersWhenTheBudgetRunsShort() {
        InFlightBytes answers = new InFlightBytes(1 << 20, "delivery.answers_max");
        Route large = exchange -> exchange.answer(ServerResponse.of(Status.OK, "a/b", new byte[100_000]));
        try (var server = HttpTestServer.http2(large, HttpSettings.DEFAULTS, counting(answers))) {
            try (var client = new Http2Client(Http2Client.plain(server.port()), 4, 0)) {
                for (int i = 0; i < 20; i++) client.get(2 * i + 1, "/");
                assertThat(client.await(Http2Frame.RST_STREAM).error()).isEqualTo(CANCEL);
            }
            Await.that(() -> answers.bytes() == 0, () -> "still counted: " + answers.bytes());
        }
    }

    @Test
    void countsNoBodyThatTheServerKeepsForAllAnswers() {
        InFlightBytes answers = new InFlightBytes(1 << 20, "delivery.answers_max");
        byte[] kept = new byte[100_000];
        AtomicInteger answered = new AtomicInteger();
        Route large = exchange -> {
            exchange.answer(ServerResponse.of(Status.OK, "a/b", kept).shared());
            answered.incrementAndGet();
        };
        try (var server = HttpTestServer.http2(large, HttpSettings.DEFAULTS, counting(answers));
                var client = new Http2Client(Http2Client.plain(server.port()), 4, 0)) {
            for (int i = 0; i < 20; i++) client.get(2 * i + 1, "/");
            Await.that(() -> answered.get() == 20, () -> answered + " are answered");
            assertThat(answers.bytes()).isZero();
        }
    }

    @Test
    void refusesForTheSameReasonWhenNoLongRefusalFits() {
        InFlightBytes answers = new InFlightBytes(1 << 20, "delivery.answers_max");
        Problem full = null;
        while (full == null) full = answers.holder().tryTake(1_000); // Others have all of it.
        Route page = exchange -> exchange.answer(ServerResponse.of(Status.NOT_FOUND, "text/html", new byte[2_000])
                .refusing(Problems.NOT_FOUND.of("It is elsewhere.")));
        try (var server = HttpTestServer.http2(page, HttpSettings.DEFAULTS, counting(answers));
                var client = new Http2Client(server)) {
            assertThat(client.get(1, "/").response(1).status()).isEqualTo(404);
        }
    }

    private static HttpBudget counting(InFlightBytes answers) {
        return new HttpBudget(
                new OpenLimit(100), SILENT, new InFlightBytes(1 << 20, "x"), new UnsentBytes(1 << 20), answers, 0);
    }

    @Test
    void endsAConnectionThatOpensStreamsOnlyToResetThem() {
        try (var server = HttpTestServer.http2(SILENT);
                var client = new Http2Client(server)) {
            client.batch(() -> {
                for (int i = 0; i <= RESETS_MAX; i++) client.get(2 * i + 1, "/").reset(2 * i + 1);
            });
            assertThat(client.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    /// A client whose socket takes next to nothing.
    private static Http2Client unread(HttpTestServer server) throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 << 10);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        server.accepted().config().setOption(ChannelOption.SO_SNDBUF, 4 << 10);
        return new Http2Client(socket, 4, 1 << 20).openWindow(0, 1 << 30);
    }

    private static long pendingBytes(Channel connection) {
        return connection
                .eventLoop()
                .submit(() -> PendingWrites.of(connection).bytes())
                .syncUninterruptibly()
                .getNow();
    }

    /// Netty passes few bytes of bodies to a connection whose socket is full: the others go with their streams.
    @Test
    void holdsLittleForAClientThatResetsAnswersInsteadOfReadingThem() throws Exception {
        InFlightBytes answers = new InFlightBytes(16 << 20, "delivery.answers_max");
        AtomicInteger answered = new AtomicInteger();
        Route large = exchange -> {
            exchange.answer(ServerResponse.of(Status.OK, "a/b", new byte[100_000]));
            answered.incrementAndGet();
        };
        try (var server = HttpTestServer.http2(large, HttpSettings.DEFAULTS, counting(answers));
                var client = unread(server)) {
            for (int round = 1; round <= 3; round++) {
                int all = 50 * round;
                for (int i = all - 50; i < all; i++) client.get(2 * i + 1, "/");
                Await.that(() -> answered.get() == all, () -> answered + " are answered");
                for (int i = all - 50; i < all; i++) client.reset(2 * i + 1);
                Await.that(() -> answers.bytes() == 0, () -> "still counted: " + answers.bytes());
            }
            assertThat(pendingBytes(server.accepted())).isBetween(1L, 200_000L);
        }
    }

    /// CVE-2025-8671: frames that are errors of a stream make the server reset it (RFC 9113 §6.9).
    @Test
    void endsAConnectionThatMakesTheServerResetItsStreams() {
        try (var server = HttpTestServer.http2(SILENT);
                var client = new Http2Client(server)) {
            client.batch(() -> {
                for (int i = 0; i <= RESETS_MAX; i++) client.get(2 * i + 1, "/").openWindow(2 * i + 1, 0);
            });
            assertThat(client.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void endsAConnectionThatContinuesAHeadForever() {
        try (var server = HttpTestServer.http2(SILENT);
                var client = new Http2Client(server)) {
            client.batch(() -> {
                client.frame(Http2Frame.HEADERS, 0, 1, HpackEncoder.literals(":method", "GET"));
                for (int i = 0; i < 100; i++)
                    client.frame(Http2Frame.CONTINUATION, 0, 1, HpackEncoder.literals("a", "b"));
            });
            assertThat(client.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void endsAConnectionThatContinuesAHeadBeyondItsSize() {
        try (var server = HttpTestServer.http2(SILENT);
                var client = new Http2Client(server)) {
            byte[] large = HpackEncoder.literals("x", "y".repeat(16_000));
            client.batch(() -> {
                client.frame(Http2Frame.HEADERS, 0, 1, HpackEncoder.literals(":method", "GET"));
                for (int i = 0; i < 10; i++) client.frame(Http2Frame.CONTINUATION, 0, 1, large);
            });
            assertThat(client.goAway()).isIn(PROTOCOL_ERROR, ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void endsAConnectionThatFloodsItWithPings() {
        flood(client -> client.frame(Http2Frame.PING, 0, 0, new byte[8]));
    }

    @Test
    void endsAConnectionThatFloodsItWithSettings() {
        flood(client -> client.settings(4, 65_535));
    }

    private static void flood(Consumer<Http2Client> frame) {
        try (var server = HttpTestServer.http2(SILENT);
                var client = new Http2Client(server)) {
            client.batch(() -> {
                for (int i = 0; i <= FrameRate.FRAMES_MAX; i++) frame.accept(client);
            });
            assertThat(client.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void endsAConnectionThatFloodsItWithEmptyFrames() {
        try (var server = HttpTestServer.http2(SILENT);
                var client = new Http2Client(server)) {
            client.request(1, "POST", "/", false);
            client.batch(() -> {
                for (int i = 0; i < 100; i++) client.data(1, "", false);
            });
            assertThat(client.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void endsAConnectionThatSendsMoreThanItsWindow() {
        try (var server = HttpTestServer.http2(SILENT);
                var client = new Http2Client(server)) {
            client.request(1, "POST", "/", false);
            client.batch(() -> {
                for (int i = 0; i < 5; i++) client.data(1, "x".repeat(16_000), false);
            });
            assertThat(client.await(Http2Frame.RST_STREAM, 1).error()).isEqualTo(3); // FLOW_CONTROL_ERROR
        }
    }
}
