package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.wire.Http2Frame;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A hub over HTTP/2, as browsers and programs reach it: by TLS and ALPN. The JDK's client is not ours, nor is `curl`;
/// frames that those do not send come from [Http2Client].
class Http2HubTest {
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int ENHANCE_YOUR_CALM = 11;

    private static HttpClient jdk() {
        return HttpClient.newBuilder()
                .sslContext(Secure.CONTEXT)
                .version(HttpClient.Version.HTTP_2)
                .build();
    }

    private static HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(TestServer.PATIENCE);
    }

    @Test
    void carriesEveryKindOfRequestOfTheJdksClientOnOneConnection() throws Exception {
        try (TestServer server = TestServer.secure();
                HttpClient client = jdk()) {
            URI news = server.uri("/channels/news");
            HttpResponse<InputStream> stream =
                    client.send(request(server.uri("/channels/news?as=sse")).build(), BodyHandlers.ofInputStream());
            assertThat(stream.version()).isEqualTo(HttpClient.Version.HTTP_2);
            List<HttpRequest> publishes = List.of(
                    request(news).POST(BodyPublishers.ofString("whole")).build(),
                    request(server.uri("/channels/news?split=line"))
                            .PUT(BodyPublishers.ofString("line 1\nline 2\n"))
                            .build(),
                    request(server.uri("/channels"))
                            .header("Content-Type", "application/x-ndjson")
                            .POST(BodyPublishers.ofString("{\"channel\":\"news\",\"data\":\"in a batch\"}\n"))
                            .build());
            for (HttpRequest each : publishes) {
                HttpResponse<String> answer = client.send(each, BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
            assertThat(data(lines, 4)).containsExactly("whole", "line 1", "line 2", "in a batch");
            HttpResponse<String> poll = client.send(
                    request(server.uri("/channels/news?as=json&after=earliest")).build(), BodyHandlers.ofString());
            assertThat(poll.body()).contains("whole", "in a batch");
            HttpResponse<Void> head = client.send(
                    request(news).method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.discarding());
            assertThat(head.headers().firstValue("Sluice-Latest")).isPresent();
            HttpResponse<String> deleted = client.send(request(news).DELETE().build(), BodyHandlers.ofString());
            assertThat(deleted.statusCode()).isEqualTo(204);
            HttpResponse<String> refused =
                    client.send(request(server.uri("/nowhere")).build(), BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(404);
            assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(server.server().connections()).isEqualTo(1);
            stream.body().close();
        }
    }

    private static List<String> data(BufferedReader lines, int count) throws IOException {
        List<String> data = new ArrayList<>();
        while (data.size() < count) {
            String line = lines.readLine();
            if (line == null) throw new AssertionError("ended after " + data);
            if (line.startsWith("data: ")) data.add(line.substring(6));
        }
        return data;
    }

    @Test
    void keepsFortyStreamsOfOneConnectionLive() {
        try (TestServer server = TestServer.secure();
                Http2Client client = new Http2Client(server)) {
            for (int i = 0; i < 40; i++) {
                client.get(2 * i + 1, "/channels/news?as=sse");
                client.until(2 * i + 1, "\n\n");
            }
            for (int round = 0; round < 3; round++) {
                server.publish("news", "round " + round);
                boolean[] hasIt = new boolean[40];
                for (int got = 0; got < 40; got++) {
                    Http2Frame frame = client.await(Http2Frame.DATA);
                    assertThat(frame.text()).contains("data: round " + round + "\n");
                    hasIt[frame.stream() / 2] = true;
                }
                assertThat(hasIt).doesNotContain(false);
            }
            assertThat(server.server().connections()).isEqualTo(1);
        }
    }

    @Test
    void servesOtherStreamsBesideOneWhoseWindowStaysClosed() {
        try (TestServer server = TestServer.secure();
                Http2Client client = new Http2Client(server, INITIAL_WINDOW_SIZE, 0)) {
            client.get(1, "/channels/news?as=sse").head(1);
            client.get(3, "/channels/news?as=sse").head(3);
            client.openWindow(3, 1 << 20).openWindow(0, 1 << 20);
            client.until(3, "\n\n");
            for (int i = 0; i < 50; i++) {
                int stream = 5 + 2 * i;
                client.request(stream, "POST", "/channels/news", false);
                client.openWindow(stream, 1000).data(stream, "event " + i + " " + "x".repeat(1000), true);
                client.until(3, "event " + i + " ");
            }
            // The shut one lags, and goes on where it was as soon as its window opens.
            client.openWindow(1, 1 << 20);
            assertThat(client.until(1, "event 49 ")).contains("event 0 ", "event 25 ");
        }
    }

    @Test
    void endsOnlyTheStreamThatItsClientDoesNotRead() {
        try (TestServer server = TestServer.secure();
                Http2Client client = new Http2Client(server, INITIAL_WINDOW_SIZE, 0)) {
            client.get(1, "/channels/news?as=sse&heartbeat=60").head(1);
            client.get(3, "/channels/news?as=sse&heartbeat=60").head(3);
            client.openWindow(3, 1 << 20);
            client.until(3, "\n\n");
            server.publish("news", "for both");
            client.until(3, "for both");
            for (int quarter = 0; quarter < 8; quarter++) {
                server.pass(Duration.ofSeconds(15));
                server.tick();
            }
            assertThat(client.await(Http2Frame.RST_STREAM).stream()).isEqualTo(1);
            server.publish("news", "still here");
            client.until(3, "still here");
            awaitEnd(server, EndCode.STALLED);
        }
    }

    @Test
    void endsStreamsWhenTheHubStopsAndRefusesFurtherOnes() throws Exception {
        CompletableFuture<Void> stopped;
        try (TestServer server = TestServer.secure();
                Http2Client client = new Http2Client(server)) {
            client.get(1, "/channels/news?as=sse").until(1, "\n\n");
            client.get(3, "/channels/news?as=json&wait=60");
            client.frame(Http2Frame.PING, 0, 0, new byte[8]).await(Http2Frame.PING);
            stopped = CompletableFuture.runAsync(server.server()::close);
            assertThat(client.await(Http2Frame.GOAWAY).error()).isZero();
            boolean isStreamOver = false;
            boolean isPollOver = false;
            for (Http2Frame next = client.next(); next != null; next = client.next()) {
                isStreamOver |= next.stream() == 1 && next.isLast();
                isPollOver |= next.stream() == 3 && next.isLast();
            }
            assertThat(isStreamOver).isTrue();
            assertThat(isPollOver).isTrue();
            stopped.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void stopsAtOnceDespiteAnIdleConnection() throws Exception {
        Duration patience = Duration.ofMinutes(2);
        ServerSettings defaults = TestServer.settings(2);
        ServerSettings patient = defaults.toBuilder()
                .stopTime(patience)
                .http(defaults.http().toBuilder().lingerTime(patience).build())
                .build();
        TestServer server = TestServer.secure(patient);
        try (var reserve = Secure.socket(server.server().uri().getPort(), "h2")) {
            assertThat(reserve.getInputStream().read())
                    .as("begins its SETTINGS")
                    .isZero();
            CompletableFuture.runAsync(server::close).get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void countsRequestsOverHttp2LikeConnections() {
        ServerSettings few =
                TestServer.settings(2).toBuilder().connectionsMax(3).build();
        try (TestServer server = TestServer.secure(few);
                Http2Client client = new Http2Client(server)) {
            for (int stream = 1; stream <= 5; stream += 2) {
                client.get(stream, "/channels/news?as=sse").until(stream, "\n\n");
            }
            var full = client.get(7, "/livez").response(7);
            assertThat(full.status()).isEqualTo(503);
            assertThat(full.header("retry-after")).isEqualTo("5");
            assertThat(full.body()).contains("/problems/full");
            // An EventSource gets it as an event, so that it comes again.
            assertThat(client.get(9, "/channels/news", "accept", "text/event-stream")
                            .response(9)
                            .body())
                    .contains("event: sluice.error");
        }
    }

    @Test
    void answers503BeyondTheConnectionLimit() {
        ServerSettings one =
                TestServer.settings(2).toBuilder().connectionsMax(1).build();
        try (TestServer server = TestServer.secure(one);
                Http2Client inside = new Http2Client(server);
                Http2Client outside = new Http2Client(server)) {
            assertThat(inside.get(1, "/livez").response(1).status()).isEqualTo(200);
            assertThat(outside.get(1, "/livez").response(1).status()).isEqualTo(503);
            assertThat(outside.goAway()).isZero();
        }
    }

    @Test
    void reportsWhyAFloodsConnectionEndsAndServesOthers() {
        try (TestServer server = TestServer.secure();
                Http2Client flood = new Http2Client(server);
                Http2Client other = new Http2Client(server)) {
            other.get(1, "/channels/news?as=sse").until(1, "\n\n");
            flood.batch(() -> {
                for (int stream = 1; stream < 1000; stream += 2) {
                    flood.get(stream, "/channels/news?as=sse").reset(stream);
                }
            });
            assertThat(flood.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
            server.publish("news", "still here");
            other.until(1, "still here");
            server.awaitConnections(1);
        }
    }

    @Test
    void refusesWhatHttp1Refuses() {
        try (TestServer server = TestServer.secure();
                Http2Client client = new Http2Client(server)) {
            var origin = client.get(1, "/channels/news", "origin", "https://evil.example")
                    .response(1);
            assertThat(origin.status()).isEqualTo(403);
            assertThat(origin.body()).contains("/problems/origin-refused");
            var proxy = client.get(3, "/channels/news", "via", "1.1 somebody").response(3);
            assertThat(proxy.body()).contains("/problems/proxy-refused");
            var method = client.request(5, "PATCH", "/channels/news", true).response(5);
            assertThat(method.status()).isEqualTo(405);
            assertThat(method.header("allow")).contains("GET");
            // There is no Upgrade in HTTP/2: WebSockets take HTTP/1.1, which their clients offer.
            client.get(7, "/channels/news", "connection", "upgrade", "upgrade", "websocket");
            assertThat(client.await(Http2Frame.RST_STREAM).stream()).isEqualTo(7);
        }
    }

    @Test
    void servesCurlOverHttp2() throws Exception {
        try (TestServer server = TestServer.secure()) {
            Path body = Files.createTempFile("sluice", ".txt");
            try {
                Files.writeString(body, "from curl");
                String url = server.uri("/channels/news").toString();
                assertThat(curl("--data-binary", "@" + body, url)).startsWith("HTTP/2 201");
                assertThat(curl(url + "?as=json&after=earliest"))
                        .startsWith("HTTP/2 200")
                        .contains("from curl");
            } finally {
                Files.delete(body);
            }
        }
    }

    private static String curl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "--silent", "--include", "--insecure", "--http2"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    @Test
    void countsAStreamThatItsClientResetsAsDisconnected() {
        try (TestServer server = TestServer.secure();
                Http2Client client = new Http2Client(server)) {
            client.get(1, "/channels/news?as=sse").until(1, "\n\n");
            server.publish("news", "a");
            client.until(1, "data: a\n");
            client.reset(1);
            awaitEnd(server, EndCode.DISCONNECTED);
        }
    }

    private static void awaitEnd(TestServer server, EndCode reason) {
        Await.that(
                () -> server.server().hub().metrics().endedStreams().getOrDefault(reason, 0L) == 1,
                () -> "not counted: " + server.server().hub().metrics().endedStreams());
    }
}
