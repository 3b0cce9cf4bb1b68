package dev.sluice.server.http.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Await;
import dev.sluice.server.Http2Client;
import dev.sluice.server.HttpTestServer;
import dev.sluice.server.http.BodyReader;
import dev.sluice.server.http.BodySubscription;
import dev.sluice.server.http.EchoRoutes;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.exchange.PriorKnowledge;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.net.OpenLimit;
import dev.sluice.wire.HpackEncoder;
import dev.sluice.wire.Http2Frame;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Requests and answers over HTTP/2, frame by frame.
class MultiplexedStreamTest {
    private static final int NO_ERROR = 0;

    @Test
    void answersAGet() {
        try (var server = HttpTestServer.http2(EchoRoutes.PATH);
                var client = new Http2Client(server)) {
            var answer = client.get(1, "/a/b?c=d").response(1);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("/a/b");
            assertThat(answer.header("content-length")).isEqualTo("4");
            assertThat(answer.header("cache-control")).isEqualTo("no-store");
            assertThat(answer.header("date")).isNotNull();
            assertThat(answer.header("connection")).isNull();
        }
    }

    @Test
    void answersHeadWithoutABody() {
        try (var server = HttpTestServer.http2(EchoRoutes.PATH);
                var client = new Http2Client(server)) {
            var answer = client.request(1, "HEAD", "/a", true).response(1);
            assertThat(answer.header("content-length")).isEqualTo("2");
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void deliversABodyOfSeveralFrames() {
        try (var server = HttpTestServer.http2(EchoRoutes.BODY);
                var client = new Http2Client(server)) {
            client.request(1, "POST", "/", false).data(1, "a", false).data(1, "b", false);
            assertThat(client.data(1, "c", true).response(1).body()).isEqualTo("got abc");
        }
    }

    @Test
    void receivesABodyOfManyWindows() {
        try (var server = HttpTestServer.http2(EchoRoutes.BODY);
                var client = new Http2Client(server)) {
            client.request(1, "POST", "/", false);
            for (int i = 0; i < 6; i++) {
                for (int frame = 0; frame < 3; frame++) client.data(1, "x".repeat(16_000), false);
                client.await(Http2Frame.WINDOW_UPDATE, 1);
            }
            client.openWindow(0, 1 << 20).openWindow(1, 1 << 20).data(1, "", true);
            assertThat(client.response(1).body()).hasSize("got ".length() + 6 * 48_000);
        }
    }

    @Test
    void endsABodyWithTrailers() {
        try (var server = HttpTestServer.http2(EchoRoutes.BODY);
                var client = new Http2Client(server)) {
            client.request(1, "POST", "/", false).data(1, "a", false);
            client.headers(1, true, HpackEncoder.literals("x-checksum", "1"));
            assertThat(client.response(1).body()).isEqualTo("got a");
        }
    }

    @Test
    void servesRequestsOfOneConnectionAtTheSameTime() {
        try (var server = HttpTestServer.http2(EchoRoutes.BODY);
                var client = new Http2Client(server)) {
            client.request(1, "POST", "/", false).request(3, "POST", "/", false);
            client.data(1, "one", false).data(3, "two", true);
            assertThat(client.response(3).body()).isEqualTo("got two");
            assertThat(client.data(1, "", true).response(1).body()).isEqualTo("got one");
        }
    }

    @Test
    void sendsContinueToAClientThatWaitsForIt() {
        try (var server = HttpTestServer.http2(EchoRoutes.BODY);
                var client = new Http2Client(server)) {
            client.request(1, "POST", "/", false, "expect", "100-continue");
            assertThat(client.head(1).status().toString()).isEqualTo("100");
            assertThat(client.data(1, "a", true).response(1).body()).isEqualTo("got a");
        }
    }

    @Test
    void refusesAnExpectationItDoesNotKnow() {
        try (var server = HttpTestServer.http2(EchoRoutes.PATH);
                var client = new Http2Client(server)) {
            assertThat(client.get(1, "/", "expect", "more").response(1).status())
                    .isEqualTo(417);
        }
    }

    @Test
    void stopsTheBodyOfAnAnsweredRequest() {
        try (var server = HttpTestServer.http2(EchoRoutes.PATH);
                var client = new Http2Client(server)) {
            client.request(1, "POST", "/early", false).data(1, "never ending", false);
            assertThat(client.response(1).body()).isEqualTo("/early");
            assertThat(client.await(Http2Frame.RST_STREAM, 1).error()).isEqualTo(NO_ERROR);
            assertThat(client.get(3, "/next").response(3).body()).isEqualTo("/next");
        }
    }

    @Test
    void discardsAShortBodyOfARequestThatIsAnswered() {
        try (var server = HttpTestServer.http2(EchoRoutes.PATH);
                var client = new Http2Client(server)) {
            client.request(1, "POST", "/early", false, "content-length", "4");
            assertThat(client.response(1).body()).isEqualTo("/early");
            client.data(1, "rest", true).get(3, "/next");
            assertThat(client.await(frame -> frame.stream() != 0).type()).isEqualTo(Http2Frame.HEADERS);
        }
    }

    @Test
    void takesTheHostFromTheAuthority() {
        Route host = exchange -> exchange.answer(
                ServerResponse.text(Status.OK, String.valueOf(exchange.request().host())));
        try (var server = HttpTestServer.http2(host);
                var client = new Http2Client(server)) {
            assertThat(client.get(1, "/").response(1).body()).contains("localhost");
            assertThat(client.get(3, "/", "host", "localhost").response(3).status())
                    .isEqualTo(200);
            var differs = client.get(5, "/", "host", "127.0.0.1").response(5);
            assertThat(differs.status()).isEqualTo(400);
            assertThat(differs.body()).contains("Host and :authority differ");
            client.headers(7, true, HpackEncoder.literals(":method", "GET", ":scheme", "http", ":path", "/"));
            assertThat(client.response(7).status()).isEqualTo(400);
            client.headers(
                    9,
                    true,
                    HpackEncoder.literals(
                            ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "evil.example"));
            assertThat(client.response(9).status()).isEqualTo(403);
        }
    }

    @Test
    void refusesAMethodAndAPathWithASpace() {
        try (var server = HttpTestServer.http2(EchoRoutes.PATH);
                var client = new Http2Client(server)) {
            assertThat(client.get(1, "/a b").response(1).status()).isEqualTo(400);
            assertThat(client.request(3, "GET x", "/", true).response(3).status())
                    .isEqualTo(400);
        }
    }

    @Test
    void refusesAPathThatBringsItsOwnHost() {
        try (var server = HttpTestServer.http2(EchoRoutes.PATH);
                var client = new Http2Client(server)) {
            assertThat(client.get(1, "http://localhost/a").response(1).status()).isEqualTo(400);
        }
    }

    @Test
    void joinsTheFieldsOfACookie() {
        Route cookie = exchange -> exchange.answer(ServerResponse.text(
                Status.OK, exchange.request().header(HeaderNames.COOKIE).orElse("none")));
        try (var server = HttpTestServer.http2(cookie);
                var client = new Http2Client(server)) {
            assertThat(client.get(1, "/", "cookie", "a=1", "cookie", "b=2")
                            .response(1)
                            .body())
                    .isEqualTo("a=1; b=2");
        }
    }

    @Test
    void refusesLongPathsAndHeadersLikeHttp1() {
        try (var server = HttpTestServer.http2(EchoRoutes.PATH, small(1024, 1024), PriorKnowledge.budget());
                var client = new Http2Client(server)) {
            assertThat(client.get(1, "/" + "p".repeat(1000)).response(1).status())
                    .isEqualTo(200);
            var path = client.get(3, "/" + "p".repeat(1100)).response(3);
            assertThat(path.status()).isEqualTo(414);
            assertThat(path.header("content-type")).isEqualTo("application/problem+json");
            var headers = client.get(5, "/", "x-long", "h".repeat(1100)).response(5);
            assertThat(headers.status()).isEqualTo(431);
            assertThat(headers.body()).contains("/problems/headers-too-large");
            // A head larger than both together is not even decoded.
            assertThat(client.get(7, "/", "x-long", "h".repeat(2100))
                            .response(7)
                            .status())
                    .isEqualTo(431);
        }
    }

    private static HttpTestServer hurried(Route route) {
        HttpSettings hurried = HttpSettings.DEFAULTS.toBuilder()
                .bodyGrace(Duration.ofMillis(50))
                .answerTime(Duration.ofMillis(50))
                .build();
        return HttpTestServer.http2(route, hurried, PriorKnowledge.budget());
    }

    @Test
    void resetsAStreamWhoseAnswerIsNotRead() {
        try (var server = hurried(EchoRoutes.BODY);
                var client = new Http2Client(Http2Client.plain(server.port()), 4, 0)) {
            client.request(1, "POST", "/", false).data(1, "body", true);
            assertThat(client.head(1).status().toString()).isEqualTo("200");
            assertThat(client.await(Http2Frame.RST_STREAM).stream()).isEqualTo(1);
            // A body that does not come is answered, too.
            client.request(3, "POST", "/", false);
            assertThat(client.head(3).status().toString()).isEqualTo("408");
        }
    }

    @Test
    void resetsAStreamWhoseAnswerIsNotReadAndWhoseBodyDoesNotCome() {
        try (var server = hurried(EchoRoutes.PATH);
                var client = new Http2Client(Http2Client.plain(server.port()), 4, 0)) {
            client.request(1, "POST", "/", false, "content-length", "4");
            assertThat(client.head(1).status().toString()).isEqualTo("200");
            assertThat(client.await(Http2Frame.RST_STREAM).stream()).isEqualTo(1);
        }
    }

    private static HttpSettings small(int requestLineBytes, int headerBytes) {
        return HttpSettings.DEFAULTS.toBuilder()
                .requestLineBytesMax(requestLineBytes)
                .headerBytesMax(headerBytes)
                .build();
    }

    @Test
    void opensTheWindowOnlyForConsumedBytes() throws Exception {
        CompletableFuture<PausingReader> reader = new CompletableFuture<>();
        InFlightBytes held = new InFlightBytes(1 << 20, "x");
        var budget = PriorKnowledge.budget(new OpenLimit(10), EchoRoutes.PATH, held);
        Route route = exchange -> reader.complete(new PausingReader(exchange));
        try (var server = HttpTestServer.http2(route, HttpSettings.DEFAULTS, budget);
                var client = new Http2Client(server)) {
            client.request(1, "POST", "/", false);
            for (int i = 0; i < 8; i++) client.data(1, "x".repeat(8191), i == 7);
            PausingReader paused = reader.get(20, TimeUnit.SECONDS);
            for (int left = 7; left >= 0; left--) {
                int expected = left * 8191;
                Await.that(() -> held.bytes() == expected, () -> "held " + held.bytes() + ", not " + expected);
                paused.resume();
            }
            assertThat(client.response(1).body()).isEqualTo("all");
        }
    }

    @Test
    void servesOtherStreamsBesideAPausedOne() throws Exception {
        CompletableFuture<PausingReader> reader = new CompletableFuture<>();
        Route route = exchange -> {
            if (exchange.request().path().raw().equals("/paused")) reader.complete(new PausingReader(exchange));
            else EchoRoutes.BODY.handle(exchange);
        };
        try (var server = HttpTestServer.http2(route);
                var client = new Http2Client(server)) {
            client.request(1, "POST", "/paused", false);
            int left = 65_535; // The whole window of the stream, and the first one of the connection.
            for (; left > 16_000; left -= 16_000) client.data(1, "x".repeat(16_000), false);
            client.data(1, "x".repeat(left), true);
            client.request(3, "POST", "/", false).data(3, "y", true);
            assertThat(client.response(3).body()).isEqualTo("got y");
            assertThat(reader.get(20, TimeUnit.SECONDS).received).isPositive();
        }
    }

    @Test
    void refusesABodyThatTheBudgetHasNoRoomFor() {
        InFlightBytes held = new InFlightBytes(10_000, "publish.in_flight_max");
        var budget = PriorKnowledge.budget(new OpenLimit(10), EchoRoutes.PATH, held);
        try (var server = HttpTestServer.http2(PausingReader::new, HttpSettings.DEFAULTS, budget);
                var client = new Http2Client(server)) {
            client.request(1, "POST", "/", false);
            for (int i = 0; i < 3; i++) client.data(1, "x".repeat(8191), false);
            assertThat(client.response(1).status()).isEqualTo(503);
            assertThat(client.await(Http2Frame.RST_STREAM, 1).error()).isEqualTo(NO_ERROR);
            Await.that(() -> held.bytes() == 0, () -> "still held: " + held.bytes());
        }
    }

    /// For example a lookup of a file, a search or a poll, which hold something until they end.
    @Test
    void endsWhatARouteHasBegunIfTheBudgetHasNoRoomForABodyThatItDoesNotRead() throws Exception {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        InFlightBytes held = new InFlightBytes(10_000, "publish.in_flight_max");
        var budget = PriorKnowledge.budget(new OpenLimit(10), EchoRoutes.PATH, held);
        Route route = exchange -> exchange.closed(() -> ended.complete(exchange.isOver()));
        try (var server = HttpTestServer.http2(route, HttpSettings.DEFAULTS, budget);
                var client = new Http2Client(server)) {
            client.request(1, "GET", "/", false);
            for (int i = 0; i < 3; i++) client.data(1, "x".repeat(8191), false);
            assertThat(client.response(1).status()).isEqualTo(503);
            assertThat(ended.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void endsWhatARouteHasBegunBeforeItFailed() throws Exception {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        Route route = exchange -> {
            exchange.closed(() -> ended.complete(exchange.isOver()));
            throw new ProblemException(Problems.FAILED.of("As this test requires."));
        };
        try (var server = HttpTestServer.http2(route);
                var client = new Http2Client(server)) {
            client.request(1, "GET", "/", true);
            assertThat(client.response(1).status()).isEqualTo(500);
            assertThat(ended.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /// Pauses after each part.
    private static final class PausingReader implements BodyReader {
        private final Exchange exchange;
        private final BodySubscription flow;
        private volatile int received;

        PausingReader(Exchange exchange) {
            this.exchange = exchange;
            this.flow = exchange.body(this);
        }

        void resume() {
            exchange.loop().execute(flow::resume);
        }

        @Override
        public void data(ByteBuffer part) {
            received += part.remaining();
            flow.pause();
        }

        @Override
        public void end() {
            exchange.answer(ServerResponse.text(Status.OK, "all"));
        }

        @Override
        public void failed(Problem problem) {
            exchange.refuse(problem);
        }
    }
}
