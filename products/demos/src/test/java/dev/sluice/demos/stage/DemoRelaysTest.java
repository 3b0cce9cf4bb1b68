package dev.sluice.demos.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.demos.TestHub;
import dev.sluice.demos.gallery.Gallery;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The relays of the small demos, as used by the gallery.
final class DemoRelaysTest {
    @Test
    void passNothingButTheStreamsOfDemosAndEndWithTheirPage() throws Exception {
        Sluice hub = TestHub.inMemory().port(0);
        Gallery.on(hub);
        hub.start();
        try (hub;
                HttpClient http = HttpClient.newHttpClient()) {
            String at;
            try (var lines = opened(http, hub)) {
                at = "/demos/wire/at/" + next(lines, "relay").path("id").asString();
                var stream = http.send(
                        HttpRequest.newBuilder(hub.uri().resolve(at + "/hello/events"))
                                .header("User-Agent", "a-browser")
                                .header("Cookie", "secret=1")
                                .build(),
                        BodyHandlers.ofInputStream());
                JsonNode request = next(lines, "wire").path("units").get(0);
                assertThat(request.path("connection").asString()).isEqualTo("demo");
                assertThat(request.path("text").asString())
                        .startsWith("GET /demos/hello/events HTTP/1.1\r\n")
                        .contains("User-Agent: a-browser\r\n")
                        .doesNotContain("secret");
                stream.body().close();
                assertThat(status(http, hub, "GET", at + "/hello/")).isEqualTo(200);
                assertThat(status(http, hub, "GET", at + "/clock/look/look.css"))
                        .isEqualTo(200);
                for (String path : List.of(
                        "/clock/look/../../../settings",
                        "/hello/../../settings",
                        "/settings",
                        "/..%2f..%2fsettings",
                        "/quotes/watch",
                        "/typewriter/"))
                    assertThat(status(http, hub, "GET", at + path)).as(path).isIn(400, 404);
                assertThat(status(http, hub, "POST", at + "/chat/chat")).isIn(404, 405);
            }
            var after = http.send(
                    HttpRequest.newBuilder(hub.uri().resolve(at + "/hello/events"))
                            .build(),
                    BodyHandlers.ofString());
            while (after.body().contains("Hello")) // The relay ends once the hub has noticed that its page is closed.
            after = http.send(after.request(), BodyHandlers.ofString());
            assertThat(after.body()).isEmpty();
        }
    }

    @Test
    void passAnswersOfTheTypewriterAndNoOtherChannel() throws Exception {
        Sluice hub = TestHub.inMemory().port(0);
        Gallery.on(hub);
        hub.start();
        try (hub;
                HttpClient http = HttpClient.newHttpClient();
                var lines = opened(http, hub)) {
            String at = "/demos/wire/at/" + next(lines, "relay").path("id").asString() + "/channels/";
            hub.channel("private").publish("not for relays");
            String answer = "typewriter/" + UUID.randomUUID();
            hub.channel(answer).publish("Dear reader");
            hub.channel(answer).close();
            assertThat(body(http, hub, at + answer + "?after=earliest&coalesce=true"))
                    .contains("data: Dear reader\n", "event: sluice.closed\n");
            JsonNode request = next(lines, "wire").path("units").get(0);
            assertThat(request.path("connection").asString()).isEqualTo("sse");
            assertThat(request.path("text").asString())
                    .startsWith("GET /channels/" + answer + "?after=earliest&coalesce=true HTTP/1.1\r\n");
            for (String path : List.of("private", "typewriter/..%2fprivate", "typewriter/%2e%2e"))
                assertThat(body(http, hub, at + path + "?after=earliest"))
                        .as(path)
                        .doesNotContain("not for relays");
        }
    }

    @Test
    void leaveTheTypewriterAloneOnAHubThatAsksForAKey() throws Exception {
        Sluice hub = TestHub.inMemory()
                .port(0)
                .key("backend", Map.of("hash", "sha256:" + "0".repeat(64), "publish", List.of("**")));
        Gallery.on(hub);
        hub.start();
        try (hub;
                HttpClient http = HttpClient.newHttpClient()) {
            assertThat(body(http, hub, "/demos/wire/open?demo=typewriter")).contains("event: none\n");
            try (var lines = opened(http, hub)) {
                assertThat(next(lines, "relay").path("id").asString()).isNotEmpty();
            }
        }
    }

    @Test
    void opensNothingForAFrameOfAnotherSite() throws Exception {
        Sluice hub = TestHub.inMemory().port(0);
        Gallery.on(hub);
        hub.start();
        try (hub;
                HttpClient http = HttpClient.newHttpClient()) {
            assertThat(body(http, hub, "/demos/wire/open", "Sec-Fetch-Site", "cross-site"))
                    .doesNotContain("event: relay");
        }
    }

    private static BufferedReader opened(HttpClient http, Sluice hub) throws Exception {
        var request = HttpRequest.newBuilder(hub.uri().resolve("/demos/wire/open"));
        var stream = http.send(request.build(), BodyHandlers.ofInputStream());
        return new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
    }

    private static String body(HttpClient http, Sluice hub, String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(hub.uri() + path));
        if (headers.length > 0) request.headers(headers);
        var answer = http.sendAsync(request.build(), BodyHandlers.ofString());
        try {
            return answer.get(60, TimeUnit.SECONDS).body();
        } catch (TimeoutException endless) { // A relay was opened where there should be none.
            answer.cancel(true);
            throw new AssertionError(path + " has no end", endless);
        }
    }

    @Test
    void openNoMoreConnectionsThanTheyMayHoweverManyAreAskedForAtOnce() throws Exception {
        try (Sluice hub = TestHub.inMemory().port(0).start();
                var relay = new RelayedHub(hub);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var begin = new CountDownLatch(1);
            List<Future<Optional<Socket>>> asked = new ArrayList<>();
            for (int i = 0; i < 64; i++)
                asked.add(threads.submit(() -> {
                    begin.await();
                    return connected(relay);
                }));
            begin.countDown();
            List<Socket> open = new ArrayList<>();
            for (Future<Optional<Socket>> each : asked) each.get().ifPresent(open::add);
            assertThat(open).hasSize(RelayedHub.CONNECTIONS_MAX);

            relay.disconnect(open.getFirst());
            relay.disconnect(open.getFirst()); // A second call, as both directions of a relay may make it, counts once.
            assertThat(connected(relay)).isPresent();
            assertThat(connected(relay)).isEmpty();
        }
    }

    private static Optional<Socket> connected(RelayedHub relay) {
        try {
            return Optional.of(relay.connect());
        } catch (IOException refused) {
            return Optional.empty();
        }
    }

    /// Returns the data of the next event of this name.
    static JsonNode next(BufferedReader lines, String event) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals("event: " + event))
                return JsonMapper.shared().readTree(lines.readLine().substring("data: ".length()));
        }
        throw new AssertionError("the stream ended before an event " + event);
    }

    private static int status(HttpClient http, Sluice hub, String method, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(hub.uri() + path)).method(method, BodyPublishers.noBody());
        return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
}
