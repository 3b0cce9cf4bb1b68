package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.http.policy.ForwardedHeader;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.limit.RateLimit;
import dev.sluice.server.net.address.AddressRange;
import dev.sluice.server.net.address.TrustedProxies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The limits of one client, over real sockets. Clients are addresses of the loopback network.
final class LimitsTest {
    private static final String CREATED = "HTTP/1.1 201";
    private static final String TOO_MANY = "HTTP/1.1 429";

    private static final OriginSettings TRUSTING = OriginSettings.LOOPBACK
            .openToProxies()
            .trusting(
                    TrustedProxies.of(List.of(AddressRange.parse("127.0.0.1").orElseThrow())),
                    ForwardedHeader.X_FORWARDED_FOR);

    private static RateLimit rate(String name, long perSecond) {
        return RateLimit.perSecond("limits." + name, perSecond);
    }

    private static LimitSettings limits(
            int connectionsMax, long connections, long requests, long publishes, long bytes, Duration loopDelay) {
        LimitSettings defaults = LimitSettings.DEFAULTS;
        return new LimitSettings(
                1_000,
                connectionsMax,
                rate("connections_per_second", connections),
                rate("requests_per_second", requests),
                rate("publishes_per_second", publishes),
                rate("publish_bytes_per_second", bytes),
                defaults.authFailures(),
                defaults.callerShare(),
                loopDelay);
    }

    private static TestServer server(LimitSettings limits, OriginSettings security) {
        ServerSettings settings = TestServer.settings(2).toBuilder()
                .security(security)
                .limits(limits)
                .build();
        return TestServer.start(settings);
    }

    private static TestServer publishing(long events, long bytes) {
        return server(limits(0, 0, 0, events, bytes, Duration.ofMinutes(1)), TRUSTING);
    }

    private static RawClient client(TestServer server, String from) {
        return new RawClient(server.server().uri().getPort(), from);
    }

    private static String request(String body, String... headers) {
        StringBuilder head = new StringBuilder("POST /channels/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: ")
                .append(body.length())
                .append("\r\n");
        for (String each : headers) head.append(each).append("\r\n");
        return head + "\r\n" + body;
    }

    private static String publish(TestServer server, String from, String body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("Connection: close");
        try (RawClient client = client(server, from)) {
            return client.send(request(body, all.toArray(String[]::new))).rest();
        }
    }

    private static String status(String answer) {
        return answer.substring(9, 12);
    }

    @Test
    void refusesPublishesBeyondTheRateOfAnAddressWithRetryAfter() {
        try (TestServer server = publishing(2, 0)) {
            for (int i = 0; i < 10; i++)
                assertThat(publish(server, "127.0.0.2", "x")).startsWith(CREATED);
            assertThat(publish(server, "127.0.0.2", "x"))
                    .startsWith(TOO_MANY)
                    .containsIgnoringCase("retry-after: 1\r\n")
                    .contains("/problems/too-many", "limits.publishes_per_second");
            assertThat(publish(server, "127.0.0.3", "x")).startsWith(CREATED);
            server.pass(Duration.ofMillis(500));
            assertThat(publish(server, "127.0.0.2", "x")).startsWith(CREATED);
            assertThat(publish(server, "127.0.0.2", "x")).startsWith(TOO_MANY);
        }
    }

    /// Nothing of the body is sent here, and the client gets its answer.
    @Test
    void refusesBeforeAByteOfTheBodyIsRead() {
        try (TestServer server = publishing(0, 10);
                RawClient client = client(server, "127.0.0.2")) {
            assertThat(publish(server, "127.0.0.2", "x".repeat(70)))
                    .as("larger than a burst")
                    .startsWith(CREATED);
            client.send("POST /channels/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"
                    + "Expect: 100-continue\r\n\r\n");
            assertThat(client.until("\r\n\r\n"))
                    .startsWith(TOO_MANY)
                    .containsIgnoringCase("retry-after: 3\r\n"); // 20 bytes of debt, and one more, at 10 a second.
        }
    }

    /// Otherwise one request of a neighbour behind the same address would lock out all others.
    @Test
    void aBodyThatIsTooLargeCostsNothing() {
        try (TestServer server = publishing(0, 10);
                RawClient client = client(server, "127.0.0.2")) {
            client.send("POST /channels/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9223372036854775807\r\n\r\n");
            assertThat(client.until("\r\n")).startsWith("HTTP/1.1 413");
            assertThat(publish(server, "127.0.0.2", "x")).startsWith(CREATED);
        }
    }

    @Test
    void countsTheBytesOfBodiesWithoutALength() {
        try (TestServer server = publishing(0, 10);
                RawClient client = client(server, "127.0.0.2")) {
            String chunked = "POST /channels/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                    + "Connection: close\r\n\r\n46\r\n" + "x".repeat(70) + "\r\n0\r\n\r\n";
            assertThat(client.send(chunked).rest()).startsWith(CREATED);
            assertThat(publish(server, "127.0.0.2", "x")).startsWith(TOO_MANY);
        }
    }

    @Test
    void countsTheLinesOfAnAtomicBatch() {
        try (TestServer server = publishing(2, 0);
                RawClient client = client(server, "127.0.0.2")) {
            String line = "{\"channel\":\"a\",\"data\":\"x\"}\n";
            String batch = "POST /channels?atomic=true HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Content-Type: application/x-ndjson\r\nContent-Length: " + 11 * line.length() + "\r\n\r\n";
            assertThat(client.send(batch + line.repeat(11)).rest()).startsWith("HTTP/1.1 20");
            assertThat(publish(server, "127.0.0.2", "x")).startsWith(TOO_MANY);
        }
    }

    @Test
    void slowsAnUploadDownInsteadOfRefusingIt() {
        try (TestServer server = publishing(2, 0);
                RawClient client = client(server, "127.0.0.2")) {
            client.send(
                    "POST /channels/a?split=line HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 14; i++) client.send("2\r\n" + (char) ('a' + i) + "\n\r\n");
            client.send("0\r\n\r\n");
            String events = "/channels/a?as=json&after=earliest&limit=100";
            Await.that(
                    () -> server.get(events).body().contains("\"data\":\"k\""),
                    () -> "not all of the burst came: " + server.get(events).body());
            assertThat(server.get(events).body()).doesNotContain("\"data\":\"l\"");
            assertThat(client.hasNothing()).isTrue();
            server.pass(Duration.ofSeconds(10));
            assertThat(client.until("\r\n")).startsWith("HTTP/1.1 20");
            assertThat(server.get(events).body()).contains("\"data\":\"n\"");
        }
    }

    @Test
    void countsTheClientsOfATrustedProxyInsteadOfTheProxy() {
        try (TestServer server = publishing(1, 0)) {
            for (int i = 0; i < 20; i++)
                assertThat(publish(server, "127.0.0.1", "x")).startsWith(CREATED);
            String one = "X-Forwarded-For: 203.0.113.9";
            for (int i = 0; i < 5; i++)
                assertThat(publish(server, "127.0.0.1", "x", one)).startsWith(CREATED);
            assertThat(publish(server, "127.0.0.1", "x", "X-Forwarded-For: 198.51.100.1, 203.0.113.9"))
                    .startsWith(TOO_MANY);
            assertThat(publish(server, "127.0.0.1", "x", "X-Forwarded-For: 203.0.113.10"))
                    .startsWith(CREATED);
        }
    }

    @Test
    void refusesRequestsBeyondTheRateButAnswersProbes() {
        try (TestServer server = server(limits(0, 0, 1, 0, 0, Duration.ofMinutes(1)), TRUSTING)) {
            for (int i = 0; i < 5; i++) assertThat(one(server, "/openapi.json")).startsWith("HTTP/1.1 200");
            assertThat(one(server, "/openapi.json"))
                    .startsWith(TOO_MANY)
                    .contains("limits.requests_per_second")
                    .containsIgnoringCase("retry-after: 1\r\n");
            assertThat(one(server, "/livez")).startsWith("HTTP/1.1 200");
            assertThat(one(server, "/readyz")).startsWith("HTTP/1.1 200");
            server.pass(Duration.ofSeconds(1));
            assertThat(one(server, "/openapi.json")).startsWith("HTTP/1.1 200");
        }
    }

    private static String one(TestServer server, String path) {
        try (RawClient client = client(server, "127.0.0.2")) {
            return client.get(path, "Connection: close").rest();
        }
    }

    @Test
    void limitsTheConnectionsOfAnAddress() {
        List<RawClient> open = new ArrayList<>();
        try (TestServer server = server(limits(3, 0, 0, 0, 0, Duration.ofMinutes(1)), TRUSTING)) {
            for (int i = 0; i < 3; i++) open.add(client(server, "127.0.0.2"));
            server.awaitConnections(3);
            try (RawClient fourth = client(server, "127.0.0.2")) {
                assertThat(fourth.rest())
                        .startsWith("HTTP/1.1 429")
                        .contains("limits.connections_per_address", "Retry-After: 5");
            }
            for (int i = 0; i < 5; i++) open.add(client(server, "127.0.0.1")); // A trusted proxy.
            try (RawClient other = client(server, "127.0.0.3")) {
                assertThat(other.get("/livez").until("\r\n")).startsWith("HTTP/1.1 200");
            }
            open.removeFirst().close();
            Await.that(
                    () -> one(server, "/livez").startsWith("HTTP/1.1 200"),
                    () -> "a closed connection was never given back");
        } finally {
            open.forEach(RawClient::close);
        }
    }

    @Test
    void limitsHowFastAnAddressConnects() {
        try (TestServer server = server(limits(0, 1, 0, 0, 0, Duration.ofMinutes(1)), TRUSTING)) {
            for (int i = 0; i < 5; i++) assertThat(one(server, "/livez")).startsWith("HTTP/1.1 200");
            assertThat(one(server, "/livez")).startsWith("HTTP/1.1 429");
            server.pass(Duration.ofSeconds(1));
            assertThat(one(server, "/livez")).startsWith("HTTP/1.1 200");
        }
    }

    /// Two hundred addresses send three times what they may; the one that publishes steadily has all of its events
    /// accepted.
    @Test
    void aFloodFromManyAddressesDoesNotAffectAnHonestClient() {
        String flood = request("flood") + request("flood") + request("flood", "Connection: close");
        try (TestServer server = publishing(2, 0)) {
            int refused = 0;
            for (int round = 0; round < 12; round++) {
                for (int i = 1; i <= 200; i++) {
                    try (RawClient attacker = client(server, "127.2.0." + i)) {
                        refused += attacker.send(flood).rest().split(TOO_MANY, -1).length - 1;
                    }
                }
                assertThat(publish(server, "127.1.0.1", "event " + round)).startsWith(CREATED);
                server.pass(Duration.ofMillis(500));
            }
            assertThat(refused).as("of 36 each, 10 at once and one a round").isEqualTo(200 * (36 - 10 - 11));
        }
    }

    @Test
    void anOverloadedLoopRefusesNewRequestsAndKeepsStreamsAndProbes() throws Exception {
        ServerSettings settings = TestServer.settings(1).toBuilder()
                .limits(limits(0, 0, 0, 0, 0, Duration.ofMillis(10)))
                .build();
        CountDownLatch stop = new CountDownLatch(1);
        try (TestServer server = TestServer.start(settings);
                RawClient stream = new RawClient(server);
                // Before the server closes, which would wait for ever for a loop that never ends its work.
                AutoCloseable _ = stop::countDown) {
            stream.get("/channels/a", "Accept: text/event-stream").until("\r\n\r\n");
            load(server, stop);
            Await.that(
                    () -> status(get(server, "/channels/a?as=json")).equals("503"),
                    () -> "no request was ever refused");
            assertThat(get(server, "/channels/a?as=json"))
                    .contains("/problems/full", "limits.loop_delay_max")
                    .containsIgnoringCase("retry-after: 5");
            assertThat(get(server, "/livez")).startsWith("HTTP/1.1 200");
            assertThat(get(server, "/readyz")).startsWith("HTTP/1.1 200");
            server.publish("a", "through");
            stream.until("through");
            stop.countDown();
            Await.that(
                    () -> status(get(server, "/channels/a?as=json")).equals("200"), () -> "the loop never recovered");
        }
    }

    private static String get(TestServer server, String path) {
        try (RawClient client = new RawClient(server)) {
            return client.get(path, "Connection: close").rest();
        }
    }

    /// Occupies the only loop: each task takes 2 ms, and asks for the next.
    private static void load(TestServer server, CountDownLatch stop) {
        server.server().hub().dispatchers().getFirst().execute(() -> {
            try {
                if (!stop.await(2, TimeUnit.MILLISECONDS)) load(server, stop);
            } catch (InterruptedException ended) {
                throw new AssertionError(ended);
            }
        });
    }
}
