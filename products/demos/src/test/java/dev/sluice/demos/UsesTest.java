package dev.sluice.demos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Event;
import dev.sluice.Sluice;
import dev.sluice.server.Await;
import dev.sluice.server.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The programs that use a hub's channels, through real sockets.
final class UsesTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private final LogTail tail = new LogTail();
    private Sluice hub;

    @BeforeEach
    void start() {
        hub = TestHub.inMemory().port(0);
        for (Use use : List.of(
                new Quotes(new Random(1)),
                new Wall(),
                new News(),
                new Tasks(Duration.ofMillis(2)),
                new Logs(tail),
                new Board())) {
            hub.rule(use.channel(), use.retention()).mount("/" + use.name(), routes -> use.on(hub, routes));
        }
        hub.start();
    }

    @AfterEach
    void stop() {
        http.shutdownNow();
        hub.close();
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(hub.uri().resolve(path)).method(method, BodyPublishers.ofString(body));
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /// Reads a program's channel as its page does: joins it, then wakes the program.
    private Events watch(String name, String start) throws IOException, InterruptedException {
        var events =
                new Events(hub.uri().resolve("/channels/demos/" + name + "?as=sse&join=true&client=test&" + start));
        assertThat(send("POST", "/" + name + "/watch", "").statusCode()).isEqualTo(204);
        return events;
    }

    private static JsonNode data(Events events) throws InterruptedException {
        for (String block = events.next(); ; block = events.next()) {
            for (String line : block.split("\n")) {
                if (line.startsWith("data: {")) return JsonMapper.shared().readTree(line.substring("data: ".length()));
            }
            assertThat(block).as("instead of an event").isNotEqualTo("nothing arrived");
        }
    }

    @Test
    void quotesASnapshotOfAllStocksAndThenChanges() throws Exception {
        try (var first = watch("quotes", "after=earliest")) {
            for (int i = 0; i < 2 * Quotes.STOCKS; i++)
                assertThat(data(first).get("number").asInt()).isEqualTo(i);
        }
        try (var second = watch("quotes", "snapshot=true")) {
            var stocks = new TreeSet<String>();
            // Some prices may change while the snapshot is read and arrive again, but far too few to reach
            // this number without all stocks.
            for (int i = 0; i < 1.25 * Quotes.STOCKS && stocks.size() < Quotes.STOCKS; i++)
                stocks.add(data(second).get("stock").asString());
            assertThat(stocks).as("the newest price of each").hasSize(Quotes.STOCKS);
            assertThat(data(second).get("number").asInt()).isGreaterThanOrEqualTo(2 * Quotes.STOCKS);
        }
    }

    @Test
    void showsTheRealFiguresOfThisMachine() throws Exception {
        try (var wall = watch("wall", "last=10")) {
            JsonNode figures = data(wall);
            assertThat(figures.get("processors").asInt())
                    .isEqualTo(Runtime.getRuntime().availableProcessors());
            assertThat(figures.get("memory").asLong())
                    .isPositive()
                    .isLessThan(figures.get("memoryMax").asLong());
        }
    }

    @Test
    void publishesHeadlinesInBothLanguages() throws Exception {
        try (var news = watch("news", "last=10")) {
            JsonNode headline = data(news);
            assertThat(headline.get("en").asString()).matches("\\p{ASCII}+");
            assertThat(headline.get("zh").asString()).containsPattern("\\p{IsHan}");
        }
    }

    @Test
    void findsAJobAgainInASnapshot() throws Exception {
        var begun = send("POST", "/task/jobs", "{\"kind\":\"video\"}");
        assertThat(begun.statusCode()).isEqualTo(201);
        String job = JsonMapper.shared().readTree(begun.body()).get("job").asString();
        awaitJob(job, "done");

        try (var elsewhere = new Events(hub.uri().resolve("/channels/demos/task?as=sse&snapshot=true"))) {
            JsonNode progress = data(elsewhere);
            assertThat(progress.get("job").asString()).isEqualTo(job);
            assertThat(progress.get("state").asString()).isEqualTo("done");
            assertThat(progress.get("step")).isEqualTo(progress.get("steps"));
        }
    }

    private void awaitJob(String job, String state) throws InterruptedException {
        await(
                Tasks.CHANNEL,
                event -> event.key().orElseThrow().equals(job) && event.text().contains('"' + state + '"'));
    }

    private void await(String channel, Predicate<Event> wanted) throws InterruptedException {
        var found = new LinkedBlockingQueue<Event>();
        try (var _ = hub.channels(channel).earliest().subscribe(event -> {
            if (wanted.test(event)) found.add(event);
        })) {
            assertThat(found.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("an event of " + channel)
                    .isNotNull();
        }
    }

    @Test
    void stopsAJobAndLimitsTheirNumber() throws Exception {
        var use = new Tasks(Duration.ofHours(1));
        try (var slow = TestHub.inMemory().port(0)) {
            use.on(slow, slow);
            slow.start();
            var jobs = new ArrayList<String>();
            HttpResponse<String> last = null;
            for (int i = 0; i < 9; i++) {
                last = http.send(
                        HttpRequest.newBuilder(slow.uri().resolve("/jobs"))
                                .POST(BodyPublishers.ofString("{\"kind\":\"report\"}"))
                                .build(),
                        BodyHandlers.ofString());
                if (last.statusCode() == 201) {
                    jobs.add(
                            JsonMapper.shared().readTree(last.body()).get("job").asString());
                }
            }
            assertThat(jobs).hasSize(8);
            assertThat(last.statusCode()).isEqualTo(503);
            URI job = slow.uri().resolve("/jobs/" + jobs.getFirst());
            var stopped = http.send(HttpRequest.newBuilder(job).DELETE().build(), BodyHandlers.ofString());
            assertThat(stopped.statusCode()).isEqualTo(204);
            Await.that(() -> slow.channel(Tasks.CHANNEL).latest().isPresent());
            var found = new LinkedBlockingQueue<Event>();
            try (var _ = slow.channels(Tasks.CHANNEL).earliest().subscribe(event -> {
                if (event.text().contains("\"stopped\"")) found.add(event);
            })) {
                assertThat(found.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isNotNull()
                        .satisfies(event -> assertThat(event.key()).hasValue(jobs.getFirst()));
            }
        }
        assertThat(send("POST", "/task/jobs", "{\"kind\":\"rm\"}").statusCode()).isEqualTo(400);
        assertThat(send("POST", "/task/jobs", "{}").statusCode()).isEqualTo(400);
        assertThat(send("DELETE", "/task/jobs/none", "").statusCode()).isEqualTo(404);
    }

    @Test
    void tailsTheHubsLogWithoutTheMessagesOfFaults() throws Exception {
        var log = Logger.getLogger("dev.sluice.server.StreamEndLog");
        try (var logs = watch("logs", "last=200")) {
            Logger.getLogger("dev.sluice.access").warning("GET / 192.0.2.1");
            log.log(java.util.logging.Level.WARNING, "something failed", new IOException("/secret/path"));
            String text = "";
            while (!text.contains("something failed")) {
                text = data(logs).toString();
                assertThat(text).as("of the access log").doesNotContain("access");
            }
            assertThat(text)
                    .contains("\"level\":\"WARNING\"", "\"logger\":\"StreamEndLog\"", "(IOException)")
                    .doesNotContain("secret");
            while (!text.contains("pulse connections=")) text = data(logs).toString();
        }
    }

    @Test
    void namesNoClientThatWasRefused() throws Exception {
        try (var logs = watch("logs", "last=200");
                var limited = TestHub.inMemory().port(0).set("limits.requests_per_second", "1")) {
            limited.start();
            var request = HttpRequest.newBuilder(limited.uri()).build();
            while (http.send(request, BodyHandlers.discarding()).statusCode() != 429) {
                // The burst is not over yet.
            }
            JsonNode line = data(logs);
            while (!line.get("logger").asString().equals("RateRejection")) {
                assertThat(line.toString()).doesNotContain("127.0.0.1");
                line = data(logs);
            }
            assertThat(line.get("level").asString()).isEqualTo("WARNING");
            assertThat(line.get("text").asString()).isEqualTo("…");
        }
    }

    @Test
    void endsTheTailWithTheHub() {
        var log = Logger.getLogger("dev.sluice");
        assertThat(log.getHandlers()).contains(tail);
        hub.close();
        assertThat(log.getHandlers()).doesNotContain(tail);
    }

    @Test
    void sharesStrokesOverBinaryFramesAndGivesTheWholePictureToANewcomer() throws Exception {
        byte[] stroke = {1, 4, 0, 0, 0, 0, 1, 1, 1, 1};
        try (var ada = new Painter();
                var ben = new Painter()) {
            ada.draw(stroke);
            assertThat(ben.next()).isEqualTo(stroke);
            assertThat(ada.next()).isEqualTo(stroke);
            try (var newcomer = new Painter()) {
                assertThat(newcomer.next()).isEqualTo(stroke);
                assertThat(send("DELETE", "/board/strokes", "").statusCode()).isEqualTo(204);
                assertThat(newcomer.next()).as("an empty board").isEmpty();
            }
            assertThat(ben.next()).isEmpty();
            ben.draw(new byte[] {9, 9, 9});
            assertThat(ben.next()).isEqualTo(new byte[] {(byte) (1007 >> 8), (byte) 1007});
        }
    }

    /// Connects to the board. The close code of the server is received as two bytes.
    private final class Painter implements WebSocket.Listener, AutoCloseable {
        private final LinkedBlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
        private final WebSocket socket = http.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + hub.port() + "/board/strokes"), this)
                .join();

        void draw(byte[] stroke) {
            socket.sendBinary(ByteBuffer.wrap(stroke), true).join();
        }

        byte[] next() throws InterruptedException {
            byte[] message = received.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return message == null ? "nothing arrived".getBytes(java.nio.charset.StandardCharsets.UTF_8) : message;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean isLast) {
            byte[] message = new byte[data.remaining()];
            data.get(message);
            received.add(message);
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            received.add(new byte[] {(byte) (code >> 8), (byte) code});
            return null;
        }

        @Override
        public void close() {
            socket.abort();
        }
    }

    @Test
    void publishOnlyWhileSomebodyWatches() throws Exception {
        var channels = Use.all().stream().map(Use::channel).toList();
        for (Use use : Use.all()) {
            try (var events = watch(use.name(), "last=1")) {
                events.next();
            }
        }
        // Each program has a thread and a presence subscription; jobs end by themselves.
        Await.that(Duration.ofMinutes(2), () -> hub.running() == 0, () -> hub.running() + " still run");
        Await.that(() -> hub.channel(Tasks.CHANNEL).latest().isPresent());
        var latest = channels.stream().map(each -> hub.channel(each).latest()).toList();
        assertThat(latest).allMatch(Optional::isPresent);
        hub.channel("marker").publish("later"); // No program reacts to other channels.
        assertThat(channels.stream().map(each -> hub.channel(each).latest()).toList())
                .isEqualTo(latest);
    }
}
