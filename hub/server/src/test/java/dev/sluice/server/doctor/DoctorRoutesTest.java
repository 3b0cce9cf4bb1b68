package dev.sluice.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;
import dev.sluice.server.TestWebSocket;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.limit.ClientKey;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class DoctorRoutesTest {
    private static final String RUN = "0123456789abcdef";
    private static final String ANOTHER = "fedcba9876543210";

    private static ServerSettings enabled() {
        return TestServer.settings(2).toBuilder().doctor(true).build();
    }

    private static String digest(String value) throws Exception {
        byte[] text = (RUN + "\n" + value).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    }

    @Test
    void reportsWhichHeadersArrivedWithoutTheirValues() throws Exception {
        try (var server = TestServer.start(enabled())) {
            String path = "/doctor/echo?run=" + RUN + "&host=localhost:1&scheme=http&authorization="
                    + digest("Bearer secret-of-mine") + "&cookie=" + digest("crumb-of-mine") + "&last-event-id="
                    + digest("7") + "&idempotency-key=" + digest("8");
            HttpResponse<String> answer = server.get(
                    path,
                    "Authorization",
                    "Bearer secret-of-mine",
                    "Cookie",
                    "session=crumb-of-others; sluice-doctor=crumb-of-mine",
                    "Last-Event-ID",
                    "another");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .contains("\"run\":\"" + RUN + "\"", "\"version\":\"HTTP/1.1\"")
                    .contains("\"host\":\"changed\"", "\"scheme\":\"same\"")
                    .contains("\"authorization\":\"same\"", "\"cookie\":\"same\"", "\"last-event-id\":\"changed\"")
                    .contains("\"idempotency-key\":\"missing\"")
                    .doesNotContain("of-mine", "of-others", "another", "127.0.0.1", "localhost");
            String own = "127.0.0.1:" + server.server().uri().getPort();
            assertThat(server.get("/doctor/echo?run=" + RUN + "&host=" + own).body())
                    .contains("\"host\":\"same\"");
        }
    }

    @Test
    void refusesUnlessEnabled() {
        try (var server = TestServer.start()) {
            for (String path : List.of("echo", "count.json", "stream", "socket")) {
                HttpResponse<String> answer = server.get("/doctor/" + path + "?run=" + RUN);
                assertThat(answer.statusCode()).as(path).isEqualTo(403);
                assertThat(answer.body()).contains("doctor = true", "--doctor");
            }
            assertThat(server.post("/doctor/upload?run=" + RUN, "x").statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void servesOneRunPerClientAndAFewInTotal() {
        try (var server = TestServer.start(enabled())) {
            assertThat(echo(server, RUN)).isEqualTo(200);
            assertThat(echo(server, RUN)).isEqualTo(200);
            HttpResponse<String> refused = server.get("/doctor/echo?run=" + ANOTHER);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).contains("5");

            for (int i = 2; i <= DoctorRuns.ALL_MAX; i++) {
                assertThat(echoFrom("127.0.0." + i, server)).startsWith("HTTP/1.1 200");
            }
            assertThat(echoFrom("127.0.0.99", server)).startsWith("HTTP/1.1 503");

            server.pass(Duration.ofMillis(DoctorRuns.PAUSE_MS));
            assertThat(echo(server, ANOTHER)).isEqualTo(200);
            server.post("/doctor/end?run=" + RUN, "");
            assertThat(echo(server, RUN)).isEqualTo(429);
            assertThat(server.post("/doctor/end?run=" + ANOTHER, "").statusCode())
                    .isEqualTo(204);
            assertThat(echo(server, RUN)).isEqualTo(200);
            assertThat(echoFrom("127.0.0.99", server)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void endsTheOldestRunForANewOneWhenAllSlotsAreTaken() {
        List<RawClient> watching = new ArrayList<>();
        try (var server = TestServer.start(enabled())) {
            for (int i = 1; i <= DoctorRuns.ALL_MAX; i++) {
                RawClient client = new RawClient(server.server().uri().getPort(), "127.0.1." + i);
                client.get("/doctor/stream?as=ndjson&events=2&every=1800000&run=" + RUN)
                        .until("\r\n\r\n");
                watching.add(client);
                server.pass(Duration.ofMillis(1));
            }
            assertThat(echoFrom("127.0.0.99", server)).startsWith("HTTP/1.1 503");
            server.pass(Duration.ofMillis(DoctorRuns.GIVES_WAY_MS));
            assertThat(echoFrom("127.0.0.99", server)).startsWith("HTTP/1.1 200");
            watching.getFirst().rest(); // Returns because its stream has ended.
            server.awaitConnections(DoctorRuns.ALL_MAX - 1);
        } finally {
            watching.forEach(RawClient::close);
        }
    }

    @Test
    void limitsTheRunsOfAllClients() throws Exception {
        var nowMs = new AtomicLong();
        var runs = new DoctorRuns(nowMs::get);
        int taken = 0;
        for (int i = 0; i < 10_000; i++) {
            var client = ClientKey.of(InetAddress.getByAddress(new byte[] {10, 0, (byte) (i >> 8), (byte) i}));
            try {
                runs.take(client, RUN).close();
                taken++;
            } catch (ProblemException tooMany) {
                assertThat(tooMany.problem().status()).isEqualTo(503);
            }
        }
        assertThat(taken).isEqualTo(DoctorRuns.ALL_MAX);
        nowMs.set(DoctorRuns.PAUSE_MS);
        var one = ClientKey.of(InetAddress.getByName("2001:db8::1"));
        var neighbour = ClientKey.of(InetAddress.getByName("2001:db8::2"));
        runs.take(one, RUN).close();
        assertThatThrownBy(() -> runs.take(neighbour, ANOTHER)).isInstanceOf(ProblemException.class);
    }

    private static int echo(TestServer server, String run) {
        return server.get("/doctor/echo?run=" + run).statusCode();
    }

    private static String echoFrom(String address, TestServer server) {
        try (var client = new RawClient(server.server().uri().getPort(), address)) {
            client.send("GET /doctor/echo?run=" + RUN + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            return client.rest();
        }
    }

    @Test
    void limitsTheRequestsOfARun() {
        try (var server = TestServer.start(enabled())) {
            for (int i = 0; i < DoctorRuns.REQUESTS_MAX; i++)
                assertThat(echo(server, RUN)).isEqualTo(200);
            assertThat(echo(server, RUN)).isEqualTo(429);
            server.pass(Duration.ofMillis(DoctorRuns.PAUSE_MS));
            assertThat(echo(server, RUN)).isEqualTo(200);
        }
    }

    @Test
    void streamsTheRequestedNumberOfEvents() throws Exception {
        try (var server = TestServer.start(enabled())) {
            assertThat(server.get("/doctor/stream?run=" + RUN + "&events=2&every=200")
                            .body())
                    .matches("id: 1\ndata: \\{\"n\":1,\"time\":\\d+}\n\nid: 2\ndata: \\{\"n\":2,\"time\":\\d+}\n\n");
            assertThat(server.get("/doctor/stream?run=" + RUN + "&as=ndjson&events=1")
                            .body())
                    .matches("\\{\"n\":1,\"time\":\\d+}\n");
            for (String wrong : List.of("events=201", "every=199", "every=1800001", "events=200&every=10000", "as=x"))
                assertThat(server.get("/doctor/stream?run=" + RUN + "&" + wrong).statusCode())
                        .as(wrong)
                        .isEqualTo(400);
            assertThat(server.get("/doctor/socket?run=" + RUN).body()).contains("Upgrade");
            assertThat(server.get("/doctor/stream").body()).contains("'run'");
            try (var client = HttpClient.newHttpClient();
                    var socket = new TestWebSocket(
                            client, server.uri("/doctor/socket?run=" + RUN + "&events=2&every=200"))) {
                assertThat(Stream.of(socket.next(), socket.next()))
                        .allMatch(each -> each.matches("\\{\"n\":[12],\"time\":\\d+}"));
                assertThat(socket.next()).isEqualTo("closed 1000");
            }
        }
    }

    @Test
    void aMessageOfTheClientEndsTheWebSocket() throws Exception {
        try (var server = TestServer.start(enabled());
                var client = HttpClient.newHttpClient();
                var socket =
                        new TestWebSocket(client, server.uri("/doctor/socket?run=" + RUN + "&events=2&every=60000"))) {
            assertThat(socket.next()).contains("\"n\":1");
            assertThat(socket.send("x").next()).isEqualTo("closed 1008");
        }
    }

    @Test
    void limitsTheOpenConnectionsOfARunAndReleasesThemWithTheirClient() throws Exception {
        try (var server = TestServer.start(enabled())) {
            var open = new ArrayList<RawClient>();
            for (int i = 0; i < DoctorRuns.OPEN_MAX; i++) {
                var client = new RawClient(server);
                open.add(client);
                client.send("GET /doctor/stream?events=2&every=60000&run=" + RUN
                                + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .until("\"n\":1");
            }
            assertThat(echo(server, RUN)).isEqualTo(429);
            open.forEach(RawClient::close);
            Await.that(() -> echo(server, RUN) == 200);
        }
    }

    @Test
    void reportsWhenAnUploadArrivedAndRefusesALargeOne() {
        try (var server = TestServer.start(enabled())) {
            HttpResponse<String> answer = server.post("/doctor/upload?run=" + RUN, "x".repeat(UploadTimes.BYTES_MAX));
            assertThat(answer.body()).matches("\\{\"bytes\":16384,\"first\":\\d{13},\"last\":\\d{13}}\n");
            assertThat(server.post("/doctor/upload?run=" + RUN, "x".repeat(UploadTimes.BYTES_MAX + 1))
                            .statusCode())
                    .isEqualTo(413);
        }
    }

    /// A slot that is not given back is lost until the hub restarts.
    @Test
    void releasesARunHoweverItsRequestsEnd() {
        try (var server = TestServer.start(enabled())) {
            for (int i = 0; i < DoctorRuns.OPEN_MAX; i++) {
                try (var left = new RawClient(server);
                        var refused = new RawClient(server);
                        var head = new RawClient(server)) {
                    left.send(
                                    "POST /doctor/upload?run=" + RUN
                                            + " HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")
                            .until("100 Continue");
                    refused.send("GET /doctor/socket?run=" + RUN
                            + " HTTP/1.1\r\nHost: localhost\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nConnection: close\r\n\r\n");
                    assertThat(refused.rest()).startsWith("HTTP/1.1 400");
                    head.send("HEAD /doctor/stream?run=" + RUN
                            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
                    assertThat(head.rest()).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
                }
            }
            Await.that(() -> echo(server, RUN) == 200);
            server.pass(Duration.ofMillis(DoctorRuns.PAUSE_MS));
            Await.that(() -> echo(server, ANOTHER) == 200);
        }
    }

    @Test
    void refusesRequestsOfPagesOfOtherSites() {
        try (var server = TestServer.start(enabled())) {
            for (String path :
                    List.of("GET /doctor/echo", "GET /doctor/stream", "POST /doctor/upload", "POST /doctor/end")) {
                for (String from : List.of(
                        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors", "Origin: http://evil.example")) {
                    try (var client = new RawClient(server)) {
                        client.send(path + "?run=" + RUN + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
                                + from + "\r\nConnection: close\r\n\r\n");
                        assertThat(client.rest()).as(path + " " + from).startsWith("HTTP/1.1 403");
                    }
                }
            }
            assertThat(echo(server, ANOTHER)).as("no run has begun").isEqualTo(200);
            assertThat(server.get("/doctor/echo?run=" + ANOTHER).headers().firstValue("Cross-Origin-Resource-Policy"))
                    .contains("same-origin");
        }
    }

    @Test
    void refusesRequestsThroughAProxyOrUnderAnotherNameUnlessTheHubAllowsThem() {
        try (var server = TestServer.start(enabled())) {
            for (String head : List.of(
                    "Host: hub.example",
                    "Host: localhost\r\nX-Forwarded-For: 127.0.0.1",
                    "Host: localhost\r\nForwarded: for=127.0.0.1",
                    "Host: localhost\r\nVia: 1.1 proxy")) {
                try (var client = new RawClient(server)) {
                    client.send(
                            "GET /doctor/echo?run=" + RUN + " HTTP/1.1\r\n" + head + "\r\nConnection: close\r\n\r\n");
                    assertThat(client.rest()).as(head).startsWith("HTTP/1.1 403");
                }
            }
            assertThat(echo(server, ANOTHER)).as("no run has begun").isEqualTo(200);
        }
    }

    @Test
    void redirectsToItsPageRelativeToAnyPrefix() {
        try (var server = TestServer.start()) {
            HttpResponse<String> answer = server.get("/doctor");
            assertThat(answer.statusCode()).isEqualTo(308);
            assertThat(answer.headers().firstValue("Location")).contains("./doctor/");
        }
    }

    @Test
    void countsTheRequestsThatReachIt() {
        try (var server = TestServer.start(enabled())) {
            assertThat(server.get("/doctor/count.json?run=" + RUN).body()).isEqualTo("{\"count\":1}\n");
            HttpResponse<String> second = server.get("/doctor/count.json?run=" + RUN);
            assertThat(second.body()).isEqualTo("{\"count\":2}\n");
            assertThat(second.headers().firstValue("Cache-Control")).contains("no-store");
        }
    }
}
