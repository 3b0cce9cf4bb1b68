package dev.sluice.sense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Event;
import dev.sluice.Message;
import dev.sluice.Sluice;
import dev.sluice.client.SluiceClient;
import dev.sluice.sense.agent.Agent;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.server.auth.identity.StaticKeys;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server with its agent, a hub with keys, and Sense.
class ServersTest {
    private static final String KEY = StaticKeys.generate("db-1", new SecureRandom());

    @TempDir
    private Path folder;

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Map<String, Map<String, Object>> states = new HashMap<>();

    @Test
    void aServerThatReportsIsWatchedAndItsSilenceIsAnOutageWhileItsThresholdsAreUnknown() throws Exception {
        Path file = Files.writeString(folder.resolve("sense.toml"), """
                [[check]]
                name = "busy"
                type = "threshold"
                server = "db-1"
                alert = "cpu > 50 %"
                interval = "1s"

                [[check]]
                name = "memory"
                type = "threshold"
                server = "db-*"
                alert = "memory > 90 % for 5m"
                interval = "1s"
                """);
        try (var hub = Sluice.inMemory()
                        .port(0)
                        .withoutShutdownHook()
                        .key("db-1", Map.of("hash", StaticKeys.hash(KEY), "publish", List.of("sense/samples/db-1")));
                var sense = Sense.on(hub, new SenseOptions(null, file))) {
            hub.start();
            hub.channels("sense/state").earliest().subscribe(events::add);
            sense.start();
            awaitState("memory", "unknown");

            try (var agent = agent(hub)) {
                Thread running = Thread.ofVirtual().start(() -> run(agent));
                awaitState("db-1", "up"); // Nobody had to add it.
                awaitState("memory.db-1", "up");
                assertThat(awaitState("busy", "down")).containsEntry("found", "95 %, mostly java (8) 180 %");
                running.interrupt();
                running.join();
            }
            assertThat(awaitState("db-1", "down")).containsEntry("expected", "a sample every 0.2 s");
            awaitState("memory.db-1", "unknown");
            assertThat(states.get("busy")).containsEntry("state", "down");

            try (var agent = agent(hub)) {
                Thread running = Thread.ofVirtual().start(() -> run(agent));
                awaitState("db-1", "up");
                running.interrupt();
                running.join();
            }
        }
    }

    @Test
    void aCheckForAPatternMakesOneForEachServerThatMatchesAlsoForThoseHeardLater() throws Exception {
        try (var hub = Sluice.inMemory().port(0).withoutShutdownHook();
                var sense = Sense.on(hub, new SenseOptions(null, null))) {
            hub.start();
            hub.channels("sense/state").earliest().subscribe(events::add);
            sense.start();
            report(hub, "web-1", 10);
            awaitState("web-1", "up");
            String definition =
                    "{'type':'threshold','server':'web-*','alert':'cpu > %s %%','title':'Load','interval':'1s'}"
                            .replace('\'', '"');
            send(hub, "PUT", "/sense/api/checks/load", definition.formatted("50"), 200);
            awaitState("load.web-1", "up");
            report(hub, "web-2", 99);
            report(hub, "db-1", 99);
            assertThat(awaitState("load.web-2", "down"))
                    .containsEntry("title", "Load · web-2")
                    .containsEntry("server", "web-2")
                    .containsEntry("made_by", "load");
            awaitState("db-1", "up");
            send(hub, "POST", "/sense/api/try", definition.formatted("50"), 200);
            assertThat(awaitState("load", "up")).doesNotContainKey("server");
            assertThat(checks(hub))
                    .containsExactlyInAnyOrder("db-1", "load", "load.web-1", "load.web-2", "web-1", "web-2");

            assertThat(send(hub, "DELETE", "/sense/api/checks/load.web-1", "", 400))
                    .contains("'load'");
            send(hub, "PUT", "/sense/api/checks/load", definition.formatted("99.5"), 200);
            awaitState("load.web-2", "up");
            send(
                    hub,
                    "PUT",
                    "/sense/api/checks/load",
                    definition.formatted("50").replace("web-*", "*-1"),
                    200);
            assertThat(checks(hub))
                    .containsExactlyInAnyOrder("db-1", "load", "load.db-1", "load.web-1", "web-1", "web-2");
            send(hub, "DELETE", "/sense/api/checks/load", "", 204);
            assertThat(checks(hub)).containsExactlyInAnyOrder("db-1", "web-1", "web-2");
            String presence = "{\"type\":\"server\",\"server\":\"app-*\",\"interval\":\"1s\"}";
            send(hub, "PUT", "/sense/api/checks/up", presence, 200);
            report(hub, "app-1", 10);
            awaitState("up.app-1", "up");
            assertThat(checks(hub))
                    .as("one check of a server, and not another of its own")
                    .containsExactlyInAnyOrder("db-1", "up", "up.app-1", "web-1", "web-2");
            assertThat(send(hub, "PUT", "/sense/api/checks/odd", definition.replace("web-*", "*a*b*c*"), 400))
                    .contains("\"key\":\"server\"");
        }
    }

    /// It has not reported yet, or has not for a month.
    @Test
    void aCheckMayDependOnThatOfAServerWhichIsUnknownNow() throws Exception {
        Path file = Files.writeString(folder.resolve("sense.toml"), """
                [[check]]
                name = "host"
                type = "server"
                server = "web-*"
                interval = "1s"

                [[check]]
                name = "shop"
                type = "tcp"
                host = "localhost"
                port = 1
                depends_on = ["host.web-1"]
                interval = "1s"
                """);
        try (var hub = Sluice.inMemory().port(0).withoutShutdownHook();
                var sense = Sense.on(hub, new SenseOptions(null, file))) {
            hub.start();
            hub.channels("sense/state").earliest().subscribe(events::add);
            sense.start();
            send(hub, "PUT", "/sense/api/checks/other", "{\"type\":\"server\"}", 200);
            send(hub, "DELETE", "/sense/api/checks/other", "", 204);
            String dependent = "{\"type\":\"server\",\"server\":\"db-*\",\"depends_on\":[\"%s\"]}";
            assertThat(send(hub, "PUT", "/sense/api/checks/other", dependent.formatted("host.db-1"), 400))
                    .contains("no such check");
            assertThat(send(hub, "PUT", "/sense/api/checks/other", dependent.formatted("other.db-1"), 400))
                    .contains("depends on itself");
            report(hub, "web-1", 10);
            awaitState("host.web-1", "up");
            assertThat(checks(hub)).containsExactlyInAnyOrder("host", "host.web-1", "shop");
        }
    }

    /// Publishes a sample that counts as the newest for three minutes.
    private static void report(Sluice hub, String server, int cpu) {
        hub.channel("sense/samples/" + server)
                .publish(Message.json(Map.of(
                                "at",
                                Instant.now().toString(),
                                "run",
                                "a",
                                "seq",
                                1,
                                "interval_ms",
                                60_000,
                                "cpu",
                                cpu))
                        .type("server"));
    }

    private static List<Object> checks(Sluice hub) throws Exception {
        List<Object> names = new ArrayList<>();
        if (SenseJson.object(send(hub, "GET", "/sense/api/checks", "", 200)).get("checks") instanceof List<?> list)
            for (Object each : list) names.add(((Map<?, ?>) each).get("name"));
        return names;
    }

    private static String send(Sluice hub, String method, String path, String body, int status) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create(hub.uri() + path)).method(method, BodyPublishers.ofString(body));
            var answer = client.send(request.build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            return answer.body();
        }
    }

    private static Agent agent(Sluice hub) {
        Map<String, Object> figures = Map.of(
                "cpu",
                95,
                "memory",
                Map.of("total", 100, "used", 30),
                "processes",
                List.of(Map.of("pid", 8, "name", "java", "cpu", 180, "memory", 5)));
        return new Agent(
                "db-1",
                Duration.ofMillis(200),
                () -> figures,
                Clock.systemUTC(),
                SluiceClient.builder(hub.uri()).token(() -> KEY));
    }

    private static void run(Agent agent) {
        try {
            agent.run();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits until this is the newest state of a check, and returns it.
    private Map<String, Object> awaitState(String check, String state) throws InterruptedException {
        while (!state.equals(states.getOrDefault(check, Map.of()).get("state"))) {
            Event event = events.poll(60, TimeUnit.SECONDS);
            assertThat(event).as(check + " was never " + state + ": " + states).isNotNull();
            if (!event.isRemoved()) states.put(event.key().orElse(""), SenseJson.object(event.text()));
        }
        return states.get(check);
    }
}
