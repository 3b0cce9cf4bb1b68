package dev.sluice.sense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Event;
import dev.sluice.Message;
import dev.sluice.Sluice;
import dev.sluice.core.LoggedLines;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.sense.limit.SenseLimits;
import dev.sluice.sense.monitor.DefinitionRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sense continues to check and does not fall silent when something on which it depends misbehaves.
class SenseTroubleTest {
    private static final String CHECK = "[[check]]\nname = \"%s\"\ntype = \"tcp\"\nhost = \"localhost\"\nport = %d\n";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook();
    private final BlockingQueue<Event> self = new LinkedBlockingQueue<>();
    private ServerSocket target;

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() throws Exception {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws Exception {
        hub.close();
        target.close();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("sense.toml"), text);
    }

    private String check(String name) {
        return CHECK.formatted(name, target.getLocalPort());
    }

    private Sense start(Path file) {
        return start(file, SenseLimits.DEFAULT);
    }

    private Sense start(Path file, SenseLimits limits) {
        var sense = Sense.on(hub, new SenseOptions(null, file).withLimits(limits));
        hub.start();
        hub.channels("sense/self").earliest().subscribe(self::add);
        sense.start();
        return sense;
    }

    private String awaitSelf(String text) throws InterruptedException {
        while (true) {
            Event event = self.poll(60, TimeUnit.SECONDS);
            assertThat(event).as("no sense/self with " + text).isNotNull();
            if (event.text().contains(text)) return event.text();
        }
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(hub.uri() + "/sense/" + path))
                .method(method, BodyPublishers.ofString(body));
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void monitorsItselfWhileTheResponseOfTheDeadMansSwitchNeverEnds() throws Exception {
        try (var service = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var asked = new CountDownLatch(1);
            Thread.ofVirtual().start(() -> {
                try (var socket = service.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    asked.countDown();
                    new CountDownLatch(1).await();
                } catch (IOException | InterruptedException closed) {
                    return;
                }
            });
            try (var sense = start(file("heartbeat_url = \"http://localhost:" + service.getLocalPort() + "/\"\n"))) {
                assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
                self.clear();
                for (int i = 0; i < 3; i++) awaitSelf("drift");
                assertThat(sense).isNotNull();
            }
        }
    }

    @Test
    void keepsItsChecksWhileTheFileIsBeingWrittenOrIsEmpty() throws Exception {
        Path file = file(check("a") + check("b"));
        try (var sense = start(file)) {
            awaitSelf("\"checks\":2");
            file("");
            assertThat(awaitSelf("file_problem")).contains("is empty", "\"checks\":2");
            String text = check("a"); // Valid, but not complete.
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
            while (System.nanoTime() < end) {
                text += "# ...\n";
                file(text);
                Event look = self.poll(50, TimeUnit.MILLISECONDS);
                if (look != null) assertThat(look.text()).contains("\"checks\":2");
            }
            file(text + check("b") + check("c"));
            awaitSelf("\"checks\":3");
            assertThat(sense).isNotNull();
        }
    }

    @Test
    void publishesTheBeginningOfTenThousandMistakes() throws Exception {
        Path file = file(check("a"));
        try (var sense = start(file)) {
            awaitSelf("\"checks\":1");
            file("[[check]]\nname = \"a\"\n".repeat(10_000));
            assertThat(awaitSelf("file_problem")).hasSizeLessThan(10_000);
            file(check("a") + check("b"));
            assertThat(awaitSelf("\"checks\":2")).doesNotContain("file_problem");
            assertThat(sense).isNotNull();
        }
    }

    /// An invalid list must not be taken for an empty one, which means all checks.
    @Test
    void plansNoMaintenanceOfChecksThatDoNotExist() throws Exception {
        try (var sense = start(file(check("a")))) {
            String times = ",\"begins\":\"2026-01-01T00:00:00Z\",\"ends\":\"2999-01-01T00:00:00Z\"}";
            for (String checks : new String[] {"\"a\"", "[\"\"]", "[\" \"]", "[\"b\"]", "[1]", "{}", "null"}) {
                assertThat(send("POST", "api/maintenance", "{\"checks\":" + checks + times)
                                .statusCode())
                        .as(checks)
                        .isEqualTo(400);
            }
            String far = times.replace("2999", "+1000000000");
            assertThat(send("POST", "api/maintenance", "{\"checks\":[]" + far).statusCode())
                    .isEqualTo(400);
            assertThat(send("GET", "api/checks/a", "").body()).doesNotContain("\"maintenance\"");
            assertThat(send("POST", "api/maintenance", "{\"checks\":[\"a\"]" + times)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(send("GET", "api/checks/a", "").body()).contains("\"maintenance\"");
            assertThat(sense).isNotNull();
        }
    }

    /// Otherwise a restart in the middle of maintenance would alert.
    @Test
    void knowsItsMaintenanceBeforeItsFirstCheck() throws Exception {
        Path file = file(CHECK.formatted("a", 1) + "interval = \"1s\"\nfailures = 1\n");
        var options = new SenseOptions(folder.resolve("sense.db"), file);
        try (var first = Sense.on(hub, options)) { // Not started; it only plans.
            hub.start();
            String window = "{\"checks\":[],\"begins\":\"2026-01-01T00:00:00Z\",\"ends\":\"2999-01-01T00:00:00Z\"}";
            assertThat(send("POST", "api/maintenance", window).statusCode()).isEqualTo(200);
            assertThat(first).isNotNull();
        }
        BlockingQueue<String> states = new LinkedBlockingQueue<>();
        var ran = new CountDownLatch(2);
        try (var next = Sluice.inMemory().port(0).withoutShutdownHook();
                var sense = Sense.on(next, options)) {
            next.start();
            next.channels("sense/state").earliest().subscribe(event -> states.add(event.text()));
            next.channels("sense/samples/a").earliest().subscribe(_ -> ran.countDown());
            sense.start();
            assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(states.poll(60, TimeUnit.SECONDS)).contains("\"state\":\"maintenance\"");
            assertThat(states).allMatch(state -> state.contains("\"state\":\"maintenance\""));
        }
    }

    /// Otherwise no check would run, and the page on which the check can be changed would not be there.
    @Test
    void startsWithoutWhatAStoredCheckNamesAndTheFileNoLongerHas() throws Exception {
        String notifier = "[[notifier]]\nname = \"%s\"\ntype = \"webhook\"\nurl = \"http://localhost:1/\"\n";
        Path file = file(check("gone") + check("kept") + notifier.formatted("ops") + notifier.formatted("team"));
        var options = new SenseOptions(folder.resolve("sense.db"), file);
        String definition = "{\"type\":\"tcp\",\"host\":\"localhost\",\"port\":%d,\"depends_on\":[\"gone\",\"kept\"]"
                + ",\"notify\":[\"ops\",\"team\"]}";
        try (var first = Sense.on(hub, options)) {
            hub.start();
            first.start();
            assertThat(send("PUT", "api/checks/stored", definition.formatted(target.getLocalPort()))
                            .statusCode())
                    .isEqualTo(200);
        }
        file(check("kept") + notifier.formatted("team"));
        BlockingQueue<Event> states = new LinkedBlockingQueue<>();
        try (var next = Sluice.inMemory().port(0).withoutShutdownHook();
                var sense = Sense.on(next, options);
                var logged = new LoggedLines(DefinitionRegistry.class)) {
            next.start();
            next.channels("sense/state").earliest().subscribe(event -> {
                if (event.key().filter("stored"::equals).isPresent()) states.add(event);
            });
            sense.start();
            awaitState(states, "up");
            assertThat(logged.records())
                    .filteredOn(line -> line.getLevel() == Level.SEVERE)
                    .singleElement()
                    .satisfies(line -> assertThat(line.getMessage())
                            .endsWith("name=\"stored\" depends_on=\"[gone]\" notify=\"[ops]\""));
            var request = HttpRequest.newBuilder(URI.create(next.uri() + "/sense/api/checks/stored/definition"));
            assertThat(client.send(request.build(), BodyHandlers.ofString()).body())
                    .contains("\"depends_on\":[\"kept\"]", "\"notify\":[\"team\"]");
        }
    }

    @Test
    void runsACheckSoonAfterItWasEdited() throws Exception {
        try (var sense = start(file(check("a")))) {
            BlockingQueue<Event> states = new LinkedBlockingQueue<>();
            hub.channels("sense/state").earliest().subscribe(event -> {
                if (event.key().filter("daily"::equals).isPresent()) states.add(event);
            });
            String definition =
                    "{\"type\":\"tcp\",\"host\":\"localhost\",\"port\":%d,\"interval\":\"1d\",\"failures\":1}";
            send("PUT", "api/checks/daily", definition.formatted(1));
            awaitState(states, "down");
            send("PUT", "api/checks/daily", definition.formatted(target.getLocalPort()));
            awaitState(states, "up");
            assertThat(sense).isNotNull();
        }
    }

    @Test
    void refusesToOverwriteAChangeBySomebodyElse() throws Exception {
        try (var sense = start(file(check("a")))) {
            String definition = "{\"type\":\"tcp\",\"host\":\"localhost\",\"port\":%d}";
            assertThat(put("checks/b", definition.formatted(1), "If-None-Match", "*")
                            .statusCode())
                    .isEqualTo(200);
            var read = send("GET", "api/checks/b/definition", "");
            String etag = read.headers().firstValue("ETag").orElseThrow();
            var first = put("checks/b", definition.formatted(2), "If-Match", etag);
            assertThat(first.statusCode()).isEqualTo(200);
            var second = put("checks/b", definition.formatted(3), "If-Match", etag);
            assertThat(second.statusCode()).isEqualTo(412);
            assertThat(second.body()).contains("changed-meanwhile");
            assertThat(put("checks/b", definition.formatted(3), "If-None-Match", "*")
                            .statusCode())
                    .isEqualTo(412);
            assertThat(send("GET", "api/checks/b/definition", "").body()).contains("\"port\":2");
            String next = "W/" + first.headers().firstValue("ETag").orElseThrow();
            assertThat(put("checks/b", definition.formatted(4), "If-Match", "\"other\", " + next)
                            .statusCode())
                    .isEqualTo(200);
            send("DELETE", "api/checks/b", "");
            assertThat(put("checks/b", definition.formatted(5), "If-Match", "*").statusCode())
                    .as("it was removed")
                    .isEqualTo(412);
            assertThat(sense).isNotNull();
        }
    }

    @Test
    void refusesToOverwriteAChangeOfANotifierBySomebodyElse() throws Exception {
        try (var sense = start(file(check("a")))) {
            String definition =
                    "{\"type\":\"email\",\"host\":\"localhost\",\"from\":\"sense@shop.example\",\"to\":[\"%s@shop.example\"]}";
            assertThat(put("notifiers/ops", definition.formatted("ada"), "If-None-Match", "*")
                            .statusCode())
                    .isEqualTo(200);
            var read = (List<?>)
                    SenseJson.object(send("GET", "api/notifiers", "").body()).get("notifiers");
            String etag = String.valueOf(((Map<?, ?>) read.getFirst()).get("etag"));
            assertThat(put("notifiers/ops", definition.formatted("bob"), "If-Match", etag)
                            .statusCode())
                    .isEqualTo(200);
            var second = put("notifiers/ops", definition.formatted("eve"), "If-Match", etag);
            assertThat(second.statusCode()).isEqualTo(412);
            assertThat(second.body()).contains("changed-meanwhile");
            assertThat(put("notifiers/ops", definition.formatted("eve"), "If-None-Match", "*")
                            .statusCode())
                    .isEqualTo(412);
            assertThat(send("GET", "api/notifiers", "").body()).contains("bob@").doesNotContain("eve@");
            assertThat(sense).isNotNull();
        }
    }

    @Test
    void refusesTheDefinitionAfterTheLastAndKeepsTheOthers() throws Exception {
        try (var sense = start(file(check("a")), new SenseLimits(16, 2, 1, 10))) {
            String definition = "{\"type\":\"tcp\",\"host\":\"localhost\",\"port\":%d}";
            assertThat(send("PUT", "api/checks/b", definition.formatted(1)).statusCode())
                    .isEqualTo(200);
            var beyond = send("PUT", "api/checks/c", definition.formatted(1));
            assertThat(beyond.statusCode()).isEqualTo(400);
            assertThat(beyond.body()).contains("sense-bad-definition", "at most 2 checks and notifiers");
            assertThat(send("GET", "api/checks/c", "").statusCode()).isEqualTo(404);
            assertThat(send("PUT", "api/checks/b", definition.formatted(2)).statusCode())
                    .as("those that are there can be changed")
                    .isEqualTo(200);

            hub.channel("sense/samples/srv")
                    .publish(Message.json(
                                    Map.of("at", Instant.now().toString(), "run", "a", "seq", 1, "interval_ms", 60_000))
                            .type("server"));
            assertThat(awaitSelf("servers_problem")).contains("at most 2 checks and notifiers");
            file(check("a") + check("d"));
            assertThat(awaitSelf("file_problem")).contains("at most 2 checks and notifiers", "\"checks\":2");
            assertThat(sense).isNotNull();
        }
    }

    @Test
    void refusesTheCommentAfterTheLast() throws Exception {
        BlockingQueue<Event> alerts = new LinkedBlockingQueue<>();
        Path file = file(CHECK.formatted("a", 1) + "failures = 1\n");
        try (var sense = start(file, new SenseLimits(16, 10, 1, 2))) {
            hub.channels("sense/alerts").earliest().subscribe(alerts::add);
            Event opened = alerts.poll(60, TimeUnit.SECONDS);
            assertThat(opened).isNotNull();
            String incident = "api/incidents/" + SenseJson.object(opened.text()).get("id");
            for (int i = 1; i <= 2; i++) {
                String comment = "{\"text\":\"comment %d\",\"author\":\"Ming\"}".formatted(i);
                assertThat(send("POST", incident + "/comments", comment).statusCode())
                        .isEqualTo(200);
            }
            var beyond = send("POST", incident + "/comments", "{\"text\":\"comment 3\",\"author\":\"Ming\"}");
            assertThat(beyond.statusCode()).isEqualTo(409);
            assertThat(beyond.body()).contains("sense-conflict", "at most 2 comments");
            assertThat(send("GET", incident, "").body()).contains("comment 2").doesNotContain("comment 3");
            assertThat(sense).isNotNull();
        }
    }

    private HttpResponse<String> put(String path, String body, String header, String value) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(hub.uri() + "/sense/api/" + path))
                .header(header, value)
                .PUT(BodyPublishers.ofString(body));
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void keepsTheAddressesOfHeartbeatsOutOfTheAccessLog() throws Exception {
        hub.set("log.access", "true");
        try (var lines = new LoggedLines("dev.sluice.access");
                var sense = start(file(check("a")))) {
            String definition = send("PUT", "api/checks/backup", "{\"type\":\"heartbeat\",\"period\":\"1h\"}")
                    .body();
            String secret = definition.replaceFirst(".*\"beat\":\"/sense/beat/([^\"]+)\".*", "$1");
            send("GET", "beat/" + secret, "");
            send("GET", "b%65at/" + secret + "/start", "");
            send("GET", "api/self", "");
            String line = "";
            for (int beats = 0; !line.contains("/sense/api/self"); ) {
                line = lines.next();
                assertThat(line).isNotEqualTo("no line").doesNotContain(secret);
                if (line.contains("/sense/beat/* ")) beats++;
                if (line.contains("/sense/api/self")) assertThat(beats).isEqualTo(2);
            }
            assertThat(sense).isNotNull();
        }
    }

    private static void awaitState(BlockingQueue<Event> states, String state) throws InterruptedException {
        while (true) {
            Event event = states.poll(60, TimeUnit.SECONDS);
            assertThat(event).as("no state " + state).isNotNull();
            if (event.text().contains("\"state\":\"" + state + "\"")) return;
        }
    }

    @Test
    void tellsAJobThatItsCheckWasRemoved() throws Exception {
        try (var sense = start(file(check("a")))) {
            String definition = send("PUT", "api/checks/backup", "{\"type\":\"heartbeat\",\"period\":\"1h\"}")
                    .body();
            String beat = definition.replaceFirst(".*\"beat\":\"/sense/([^\"]+)\".*", "$1");
            assertThat(send("GET", beat, "").statusCode()).isEqualTo(200);
            send("DELETE", "api/checks/backup", "");
            assertThat(send("GET", beat, "").statusCode()).isEqualTo(404);
            assertThat(send("PUT", "api/checks/backup", "{\"type\":\"heartbeat\",\"period\":\"1h\"}")
                            .body())
                    .contains("/sense/beat/")
                    .doesNotContain(beat);
            assertThat(send("GET", beat, "").statusCode()).isEqualTo(404);
            assertThat(sense).isNotNull();
        }
    }
}
