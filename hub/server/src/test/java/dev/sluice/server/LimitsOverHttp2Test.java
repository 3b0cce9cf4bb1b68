package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.core.budget.Budget;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.limit.RateLimit;
import dev.sluice.server.publish.PublishSettings;
import dev.sluice.wire.Http2Frame;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// Limits of a client whose requests are streams of one connection: a stream is refused, and the others go on.
final class LimitsOverHttp2Test {
    private static final Instant END = Instant.parse("2026-11-22T12:00:00Z");

    /// The caller is the one that a header names; without it, the address.
    private static final AccessFilter BY_NAME = (exchange, route) -> {
        String address = exchange.remoteAddress().getAddress().getHostAddress();
        String name = exchange.request().header("x-user").orElse("");
        exchange.setGrant(
                Grant.of(new Principal(name, address), Permissions.ALL).until(END, () -> END.minusSeconds(60)));
        route.handle(exchange);
    };

    private static TestServer server(long requests, long publishes, long bytes) {
        return server(TestServer.settings(2), requests, publishes, bytes);
    }

    private static TestServer server(ServerSettings plain, long requests, long publishes, long bytes) {
        LimitSettings defaults = LimitSettings.DEFAULTS;
        LimitSettings limits = new LimitSettings(
                1_000,
                0,
                defaults.connections(),
                RateLimit.perSecond("limits.requests_per_second", requests),
                RateLimit.perSecond("limits.publishes_per_second", publishes),
                RateLimit.perSecond("limits.publish_bytes_per_second", bytes),
                defaults.authFailures(),
                defaults.callerShare(),
                Duration.ofMinutes(1));
        return TestServer.start(
                Secure.settings(plain).toBuilder().limits(limits).build(), BY_NAME);
    }

    /// A client with one connection.
    private static final class Client implements AutoCloseable {
        final Http2Client http2;
        private int stream = -1;

        Client(TestServer server) {
            http2 = new Http2Client(server).openWindow(0, 1 << 24);
        }

        int next() {
            return stream += 2;
        }

        int publish(String... headers) {
            int at = next();
            http2.batch(() ->
                    http2.request(at, "POST", "/channels/a", false, headers).data(at, "x", true));
            return http2.response(at).status();
        }

        @Override
        public void close() {
            http2.close();
        }
    }

    @Test
    void refusesAStreamBeforeItsBodyAndServesTheOthers() {
        try (TestServer server = server(0, 2, 0);
                Client client = new Client(server)) {
            int reader = client.next();
            client.http2.get(reader, "/channels/a?as=sse").until(reader, "\n\n");
            for (int i = 0; i < 10; i++) assertThat(client.publish()).isEqualTo(201);
            int refused = client.next();
            client.http2.request(refused, "POST", "/channels/a", false, "content-length", "1000000");
            Http2Client.Response answer = client.http2.response(refused);
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.header("retry-after")).isEqualTo("1");
            assertThat(answer.body()).contains("/problems/too-many", "limits.publishes_per_second");
            assertThat(client.http2.await(Http2Frame.RST_STREAM, refused).error())
                    .as("no error: the answer is complete (RFC 9113 §8.1)")
                    .isZero();
            server.publish("a", "through");
            client.http2.until(reader, "data: through\n");
            server.pass(Duration.ofMillis(500));
            assertThat(client.publish()).isEqualTo(201);
            assertThat(client.publish()).isEqualTo(429);
        }
    }

    /// An eager page must not lose its streams because its publishes are refused, however many they are.
    @Test
    void endsNoConnectionForPublishesThatItRefuses() {
        try (TestServer server = server(0, 1, 0);
                Client client = new Client(server)) {
            int reader = client.next();
            client.http2.get(reader, "/channels/a?as=sse").until(reader, "\n\n");
            int refused = 0;
            for (int i = 0; i < 300; i++) if (client.publish("content-length", "1") == 429) refused++;
            assertThat(refused).isEqualTo(295);
            server.publish("a", "through");
            client.http2.until(reader, "data: through\n");
        }
    }

    /// The bytes of uploads that the hub slows down wait in its memory, up to a window for each.
    @Test
    void letsOthersPublishWhileTheUploadsOfOneClientWait() {
        PublishSettings defaults = PublishSettings.DEFAULTS;
        PublishSettings small = new PublishSettings(
                defaults.eventBytesMax(),
                defaults.atomicLinesMax(),
                defaults.atomicBytesMax(),
                1 << 20,
                defaults.unacknowledgedMax(),
                defaults.unacknowledgedBytes(),
                Budget.LEASES.count());
        try (TestServer server = server(TestServer.settings(small), 0, 1, 0);
                Client eager = new Client(server);
                Client honest = new Client(server)) {
            for (int i = 0; i < 40; i++) {
                eager.http2.request(eager.next(), "POST", "/channels/a?split=line", false, "x-user", "eager");
            }
            String line = "x".repeat(15_999) + "\n";
            for (int part = 0; part < 4; part++) {
                for (int i = 0; i < 40; i++) eager.http2.data(2 * i + 1, line, false);
            }
            eager.http2.frame(Http2Frame.PING, 0, 0, new byte[8]).await(Http2Frame.PING);
            int stream = honest.next();
            honest.http2.request(stream, "POST", "/channels/a", false, "x-user", "honest");
            honest.http2.data(stream, "x".repeat(16_000), false).data(stream, "x".repeat(16_000), true);
            assertThat(honest.http2.response(stream).status()).isEqualTo(201);
        }
    }

    @Test
    void countsTheConnectionsOfAnAddressTogether() {
        try (TestServer server = server(0, 2, 0);
                Client one = new Client(server);
                Client other = new Client(server)) {
            for (int i = 0; i < 5; i++) {
                assertThat(one.publish()).isEqualTo(201);
                assertThat(other.publish()).isEqualTo(201);
            }
            assertThat(one.publish()).isEqualTo(429);
            assertThat(other.publish()).isEqualTo(429);
        }
    }

    @Test
    void countsACallerByNameAcrossConnections() {
        try (TestServer server = server(0, 2, 0);
                Client one = new Client(server);
                Client other = new Client(server)) {
            for (int i = 0; i < 5; i++) {
                assertThat(one.publish("x-user", "alice")).isEqualTo(201);
                assertThat(other.publish("x-user", "alice")).isEqualTo(201);
            }
            assertThat(one.publish("x-user", "alice")).isEqualTo(429);
            assertThat(other.publish("x-user", "alice")).isEqualTo(429);
            assertThat(one.publish("x-user", "bob")).isEqualTo(201);
            assertThat(one.publish()).as("the address itself").isEqualTo(201);
        }
    }

    @Test
    void refusesRequestsBeyondTheRateOfTheAddress() {
        try (TestServer server = server(1, 0, 0);
                Client client = new Client(server)) {
            for (int i = 0; i < 5; i++) {
                int stream = client.next();
                assertThat(client.http2
                                .get(stream, "/channels")
                                .response(stream)
                                .status())
                        .isEqualTo(200);
            }
            int stream = client.next();
            Http2Client.Response refused =
                    client.http2.get(stream, "/channels/a?as=sse").response(stream);
            // As an EventSource understands it: it comes again.
            assertThat(refused.body()).contains("event: sluice.error", "/problems/too-many");
            int probe = client.next();
            assertThat(client.http2.get(probe, "/livez").response(probe).status())
                    .isEqualTo(200);
        }
    }
}
