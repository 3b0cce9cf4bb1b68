package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.server.http.AccessFilter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each transport tells its client in its own words why a stream ends for its grant.
final class GrantEndTest {
    private static final Instant END = Instant.parse("2026-11-22T12:00:00Z");
    private static final String WEB_SOCKET = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";

    private final AtomicReference<Instant> wall = new AtomicReference<>(END.minusSeconds(60));
    private final AccessFilter filter = (exchange, route) -> {
        String name = exchange.request().header("X-User").orElse("alice");
        exchange.setGrant(Grant.of(new Principal(name, ""), Permissions.ALL).until(END, wall::get));
        route.handle(exchange);
    };

    @AutoClose
    private final TestServer server = TestServer.start(filter);

    /// Lets the grant expire, and time pass until a stream has ended for it.
    private void expire() {
        wall.set(END.plusSeconds(30)); // Longer than any stream goes on.
        Await.that(() -> {
            server.pass(Duration.ofSeconds(1));
            server.tick();
            return server.server().hub().metrics().endedStreams().get(EndCode.EXPIRED) == 1;
        });
    }

    private int revoke(String name) {
        return server.server()
                .hub()
                .revoke(grant -> grant.principal().name().equals(name))
                .toCompletableFuture()
                .orTimeout(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private RawClient follow(String transport, String... headers) {
        RawClient client = new RawClient(server).get("/channels/news?as=" + transport, headers);
        client.until("\r\n\r\n");
        return client;
    }

    @ParameterizedTest
    @CsvSource({
        "sse, event: sluice.error, /problems/token-expired",
        "ndjson, '{\"error\":{', /problems/token-expired",
    })
    void endsWithAnErrorWhereTheFormatHasOne(String transport, String start, String type) {
        try (RawClient client = follow(transport)) {
            expire();
            assertThat(client.until("\r\n0\r\n\r\n")).contains(start, type, "\"status\":401", "\"retry\":false");
            assertThat(server.server().hub().metrics().endedStreams()).containsEntry(EndCode.EXPIRED, 1L);
        }
    }

    @Test
    void resetsRawTextWhoseEndWouldMeanTheEndOfTheChannel() {
        try (RawClient client = follow("text")) {
            assertThat(revoke("alice")).isEqualTo(1);
            assertThat(client.rest()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "raw"})
    void closesAWebSocketWith4401(String envelope) throws IOException {
        try (RawClient client = new RawClient(server).get("/channels/news?envelope=" + envelope, WEB_SOCKET)) {
            client.until("\r\n\r\n");
            Await.that(() -> server.server().hub().readers().readers() == 1);
            expire();
            String close = client.until("What permitted this has expired");
            if (envelope.equals("json")) {
                assertThat(close).contains("/problems/token-expired");
                client.until("What permitted this has expired"); // In the close frame.
            }
            assertThat(server.server().hub().metrics().endedStreams()).containsEntry(EndCode.EXPIRED, 1L);
        }
    }

    @Test
    void answersALongPollWithAnEmptyPageAndRefusesTheNext() {
        try (RawClient client = new RawClient(server)) {
            client.get("/channels/news?as=json&wait=60");
            Await.that(() -> server.server().hub().readers().readers() == 1);
            server.tick();
            assertThat(revoke("alice")).isEqualTo(1);
            assertThat(client.until("\"more\":false}"))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("\"events\":[]");
            wall.set(END);
            assertThat(server.get("/channels/news?as=json").statusCode()).isIn(401, 403);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/channels/news?split=line", "/channels"})
    void stopsAnUploadInProgress(String path) {
        try (RawClient mallory = new RawClient(server);
                RawClient alice = follow("ndjson")) {
            String line = "{\"channel\":\"news\",\"data\":1}\n";
            mallory.send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nX-User: mallory\r\n"
                    + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(line.length()) + "\r\n" + line + "\r\n");
            alice.until("\"data\":");
            assertThat(revoke("mallory")).isEqualTo(1);
            assertThat(mallory.until("\"count\":1"))
                    .startsWith("HTTP/1.1 401 ")
                    .contains("/problems/revoked", "WWW-Authenticate: Bearer");
            assertThat(revoke("mallory")).as("it is over").isZero();
        }
    }

    @Test
    void endsOnlyTheStreamsOfRevokedGrants() {
        try (RawClient mallory = follow("sse", "X-User: mallory");
                RawClient alice = follow("sse")) {
            mallory.until("\n\n");
            alice.until("\n\n");
            assertThat(revoke("mallory")).isEqualTo(1);
            assertThat(mallory.until("\r\n0\r\n\r\n")).contains("/problems/revoked");
            server.publish("news", "for those who may");
            alice.until("data: for those who may\n");
        }
    }
}
