package dev.sluice.demos.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.demos.TestHub;
import dev.sluice.server.Await;
import dev.sluice.server.TestWebSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A stage through the routes of a hub, as used by its page.
final class StagesTest {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Sluice hub = TestHub.inMemory().port(0).mount("/stage", new Stages()::on);

    @BeforeEach
    void start() {
        hub.start();
    }

    @AfterEach
    void stop() {
        http.shutdownNow();
        hub.close();
    }

    private HttpResponse<String> post(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(hub.uri().resolve(path)).POST(BodyPublishers.noBody());
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /// The stream of a page that has opened a stage.
    private final class Page implements AutoCloseable {
        private final InputStream body;
        private final BufferedReader lines;
        private final Deque<JsonNode> units = new ArrayDeque<>();

        Page(String use) throws IOException, InterruptedException {
            this(hub, use);
        }

        Page(Sluice of, String use) throws IOException, InterruptedException {
            var request = HttpRequest.newBuilder(of.uri().resolve("/stage/open/" + use))
                    .build();
            body = http.send(request, BodyHandlers.ofInputStream()).body();
            lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        }

        /// Returns the data of the next event of this name.
        JsonNode next(String event) throws IOException {
            return DemoRelaysTest.next(lines, event);
        }

        /// Waits for a unit on the wire.
        JsonNode unit(Predicate<JsonNode> wanted) throws IOException {
            while (true) {
                for (JsonNode unit = units.poll(); unit != null; unit = units.poll()) {
                    if (wanted.test(unit)) return unit;
                }
                next("wire").get("wire").get("units").forEach(units::add);
            }
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /// A WebSocket of a page.
    private TestWebSocket socket(String path) {
        var builder = http.newWebSocketBuilder().header("User-Agent", "a-browser");
        if (path.contains("/session")) builder.subprotocols("sluice.v1.json");
        return new TestWebSocket(builder, hub.uri().resolve(path));
    }

    /// Returns the next message other than the cursor with which a stream starts.
    private static String next(TestWebSocket socket) throws InterruptedException {
        String message = socket.next();
        return message.startsWith("{\"cursor\"") ? next(socket) : message;
    }

    private static long number(String message) {
        return JsonMapper.shared().readTree(message).get("data").asLong();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "none"})
    void opensNothingForAFrameOfAnotherSite(String site) throws Exception {
        var request = HttpRequest.newBuilder(hub.uri().resolve("/stage/open/news"))
                .headers("Sec-Fetch-Site", site, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe")
                .build();
        // The response ends at once; one that opens a stage would not end.
        assertThat(http.sendAsync(request, BodyHandlers.ofString())
                        .get(60, TimeUnit.SECONDS)
                        .body())
                .doesNotContain("event: stage");
    }

    @Test
    void showsTheVeryBytesOfThePagesConnectionInBothDirections() throws Exception {
        try (var page = new Page("news")) {
            String at = "/stage/at/" + page.next("stage").get("id").asString();
            try (var reader = socket(at + "/session?client=me")) {
                assertThat(page.unit(unit -> unit.get("isSent").asBoolean())
                                .get("text")
                                .asString())
                        .startsWith("GET /session?client=me HTTP/1.1\r\nHost: localhost:")
                        .contains("User-Agent: a-browser\r\n", "Upgrade: websocket\r\n");
                reader.send("{\"op\":\"hello\"}");
                JsonNode sent = page.unit(unit -> unit.get("kind").asString().equals("frame"));
                assertThat(sent.get("isSent").asBoolean()).isTrue();
                assertThat(sent.get("connection").asString()).isEqualTo("me");
                assertThat(sent.get("about").asString()).startsWith("FIN · text 0x1 · 14 B · mask ");
                assertThat(sent.get("head").asString()).startsWith("81 8e ");
                assertThat(sent.get("text").asString()).isEqualTo("{\"op\":\"hello\"}");

                assertThat(next(reader)).contains("\"welcome\"");
                JsonNode came = page.unit(unit -> !unit.get("isSent").asBoolean());
                assertThat(came.get("about").asString())
                        .startsWith("FIN · text 0x1 · ")
                        .doesNotContain("mask");
                assertThat(came.get("text").asString()).contains("\"welcome\"");
            }
            assertThat(post(at + "/demos/news/watch").statusCode()).isEqualTo(204);
            assertThat(page.unit(unit -> unit.get("text").asString().startsWith("POST "))
                            .get("text")
                            .asString())
                    .startsWith("POST /demos/news/watch HTTP/1.1\r\n");
        }
    }

    @Test
    void aReaderWithoutACursorLosesNumbersWhileCutAndOneWithACursorDoesNot() throws Exception {
        try (var page = new Page("news")) {
            String id = page.next("stage").get("id").asString();
            String numbers = "/stage/at/" + id + "/channels/numbers?heartbeat=120";
            long last;
            String cursor;
            try (var reader = socket(numbers)) {
                String message = next(reader);
                last = number(message);
                cursor = JsonMapper.shared().readTree(message).get("id").asString();
                assertThat(post("/stage/trouble/" + id + "/cut").statusCode()).isEqualTo(204);
                while (!message.startsWith("closed")) {
                    if (message.startsWith("{")) {
                        last = number(message);
                        cursor = JsonMapper.shared().readTree(message).get("id").asString();
                    }
                    message = next(reader);
                }
                assertThat(message).isEqualTo("closed 1013");
            }
            String first = "closed";
            while (first.startsWith("closed")) {
                try (var again = socket(numbers)) {
                    first = next(again);
                }
            }
            assertThat(number(first)).as("from now on").isGreaterThan(last + 1);
            try (var resumed = socket(numbers + "&after=" + cursor)) {
                assertThat(number(next(resumed))).isEqualTo(last + 1);
                assertThat(number(next(resumed))).isEqualTo(last + 2);
            }
        }
    }

    @Test
    void aRestartOfTheStageKeepsItsLogAndLeavesTheHubAlone() throws Exception {
        try (var page = new Page("quotes")) {
            String id = page.next("stage").get("id").asString();
            String numbers = "/stage/at/" + id + "/channels/numbers?heartbeat=120";
            long seen;
            try (var reader = socket(numbers)) {
                seen = number(next(reader));
                assertThat(post("/stage/trouble/" + id + "/restart").statusCode())
                        .isEqualTo(204);
                String message = next(reader);
                while (message.startsWith("{")) message = next(reader);
                assertThat(message).startsWith("closed 1");
            }
            try (var again = socket(numbers + "&after=earliest")) {
                for (long expected = 1; expected <= seen + 1; expected++) {
                    assertThat(number(next(again))).isEqualTo(expected);
                }
            }
            assertThat(hub.channel("numbers").latest())
                    .as("of the visitor's hub")
                    .isEmpty();
        }
    }

    @Test
    void limitsTheNumberOfStagesAndEndsThemWithTheirPages() throws Exception {
        var pages = new ArrayList<Page>();
        for (int i = 0; i < 4; i++) pages.add(new Page("wall"));
        var ids = new ArrayList<String>();
        for (Page page : pages) ids.add(page.next("stage").get("id").asString());
        try (var fifth = new Page("wall")) {
            assertThat(fifth.lines.readLine()).isEqualTo("event: full");
        }
        for (Page page : pages) page.close();
        Await.that(() -> hub.running() == 0);
        assertThat(post("/stage/trouble/" + ids.getFirst() + "/cut").statusCode())
                .isEqualTo(404);
        try (var gone = socket("/stage/at/" + ids.getFirst() + "/session")) {
            assertThat(next(gone)).isEqualTo("closed 4404");
        }
        try (var next = new Page("wall")) {
            assertThat(next.next("stage").get("id").asString()).isNotIn(ids);
        }
    }

    @Test
    void showsTheRequestTheChunksAndTheLinesOfAnEventStream() throws Exception {
        try (var page = new Page("wall")) {
            String at = "/stage/at/" + page.next("stage").get("id").asString();
            var request = HttpRequest.newBuilder(hub.uri().resolve(at + "/channels/numbers?last=1"))
                    .headers("Cache-Control", "no-cache", "Cookie", "secret=1", "Sec-Fetch-Site", "same-origin");
            var lines =
                    http.send(request.build(), BodyHandlers.ofLines()).body().iterator();
            String data = lines.next();
            while (!data.startsWith("data: ")) data = lines.next();
            long number = Long.parseLong(data.substring("data: ".length()));

            assertThat(page.unit(unit -> unit.get("isSent").asBoolean())
                            .get("text")
                            .asString())
                    .startsWith("GET /channels/numbers?last=1 HTTP/1.1\r\n")
                    .contains("Cache-Control: no-cache\r\n", "Accept: text/event-stream\r\n", "Sec-Fetch-Site: ")
                    .doesNotContain("secret");
            assertThat(page.unit(unit -> !unit.get("isSent").asBoolean())
                            .get("text")
                            .asString())
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .containsIgnoringCase("transfer-encoding: chunked");
            JsonNode chunk = page.unit(unit -> unit.get("text").asString().contains("data: " + number + '\n'));
            assertThat(chunk.get("kind").asString()).isEqualTo("chunk");
            assertThat(chunk.get("connection").asString()).isEqualTo("demo");
            assertThat(chunk.get("about").asString())
                    .isEqualTo("chunk · " + Integer.parseInt(chunk.get("head").asString(), 16) + " B");
        }
    }

    @Test
    void letsNoVisitorDeleteTheChannelOfADemo() throws Exception {
        try (var page = new Page("news")) {
            String at = "/stage/at/" + page.next("stage").get("id").asString();
            var delete = HttpRequest.newBuilder(hub.uri().resolve(at + "/channels/numbers"))
                    .DELETE();
            assertThat(http.send(delete.build(), BodyHandlers.ofString()).statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void showsNothingOfTheHubsLogToAVisitorWithoutAKey() throws Exception {
        Map<String, Object> key = Map.of("hash", "sha256:" + "0".repeat(64), "subscribe", List.of("**"));
        try (var keyed = TestHub.inMemory().port(0).key("reader", key).mount("/stage", new Stages()::on)) {
            keyed.start();
            try (var page = new Page(keyed, "logs")) {
                String at = keyed.uri().resolve("/stage/at/")
                        + page.next("stage").get("id").asString();
                try (var reader = socket(at + "/channels/demos/logs?join=true&client=me&heartbeat=120")) {
                    assertThat(post(at + "/demos/logs/watch").statusCode()).isEqualTo(204);
                    assertThat(next(reader)).contains("pulse connections=");
                    Logger.getLogger("dev.sluice.server.StreamEndLog").warning("of the hub");
                    assertThat(next(reader)).contains("pulse connections=");
                }
            }
        }
    }

    @Test
    void refusesUnknownTroubles() throws Exception {
        try (var page = new Page("news")) {
            String id = page.next("stage").get("id").asString();
            assertThat(post("/stage/trouble/" + id + "/explode").statusCode()).isEqualTo(404);
        }
        try (var none = new Page("none")) {
            assertThat(none.lines.readLine()).isEqualTo("event: full");
        }
    }
}
