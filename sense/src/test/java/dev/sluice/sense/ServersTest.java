package dev.sluice.sense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Event;
import dev.sluice.Sluice;
import dev.sluice.client.SluiceClient;
import dev.sluice.sense.agent.Agent;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.server.auth.StaticKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
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
                server = "db-1"
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
                awaitState("memory", "up");
                assertThat(awaitState("busy", "down")).containsEntry("found", "95 %, mostly java (8) 180 %");
                running.interrupt();
                running.join();
            }
            assertThat(awaitState("db-1", "down")).containsEntry("expected", "a sample every 0.2 s");
            awaitState("memory", "unknown");
            assertThat(states.get("busy")).containsEntry("state", "down");

            try (var agent = agent(hub)) {
                Thread running = Thread.ofVirtual().start(() -> run(agent));
                awaitState("db-1", "up");
                running.interrupt();
                running.join();
            }
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

    /// Waits until the newest state of a check is this, and returns it.
    private Map<String, Object> awaitState(String check, String state) throws InterruptedException {
        while (!state.equals(states.getOrDefault(check, Map.of()).get("state"))) {
            Event event = events.poll(60, TimeUnit.SECONDS);
            assertThat(event).as(check + " was never " + state + ": " + states).isNotNull();
            if (!event.isRemoved()) states.put(event.key().orElse(""), SenseJson.object(event.text()));
        }
        return states.get(check);
    }
}
