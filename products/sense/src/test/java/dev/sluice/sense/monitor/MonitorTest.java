package dev.sluice.sense.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.config.CheckType;
import dev.sluice.sense.config.CheckTypes;
import dev.sluice.sense.config.DefinitionParser;
import dev.sluice.sense.config.Fields;
import dev.sluice.sense.heartbeat.HeartbeatLog;
import dev.sluice.sense.incident.IncidentLog;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.server.ServerRegistry;
import dev.sluice.sense.server.ServerStore;
import dev.sluice.sense.state.Rules;
import dev.sluice.sense.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class MonitorTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Database database = Database.inMemory();
    private final List<Runnable> recording = new ArrayList<>();
    private Instant now = NOW;
    private final Monitor monitor = new Monitor(
            database,
            new LiveFeed((_, _, _, _) -> {}),
            () -> Set.of("ops"),
            _ -> {},
            () -> {},
            recording::add,
            () -> now);

    private static CheckDefinition definition() {
        return definition(Map.of("name", "shop"));
    }

    private static CheckDefinition definition(Map<String, Object> values) {
        var type = CheckType.remote("fake", Set.of(), (Fields _, String _) -> () -> new Outcome.Unclear("never run"));
        return new CheckDefinition(
                "shop",
                type,
                values,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                new Rules(1, 1, Duration.ZERO, Set.of(), Rules.Flapping.DEFAULT),
                List.of(),
                false,
                false,
                "",
                () -> new Outcome.Unclear("never run"));
    }

    private void record() {
        while (!recording.isEmpty()) recording.removeFirst().run();
    }

    /// The end of its incident may wait for a slow or full disk.
    @Test
    void aCheckThatIsRemovedDuringAnIncidentAndAddedAgainHasASeparateIncident() {
        monitor.putAll(List.of(definition()));
        monitor.apply(definition(), NOW, new Outcome.Failed(new Failure("up", "down")));
        record();
        monitor.remove("shop");
        monitor.putAll(List.of(definition()));
        monitor.apply(definition(), NOW, new Outcome.Failed(new Failure("up", "down")));
        record();
        var log = new IncidentLog(database);
        assertThat(log.allOpen()).extracting(incident -> incident.id()).containsExactly(2L);
        assertThat(log.find(1))
                .hasValueSatisfying(first -> assertThat(first.isOpen()).isFalse());
        assertThat(database.list("select kind from outbox order by id", row -> row.getString(1)))
                .containsExactly("opened", "closed", "opened");
    }

    /// The address may be another one since.
    @Test
    void theOutcomeOfARunDoesNotCountForTheDefinitionThatReplacedIt() {
        var failed = new Outcome.Failed(new Failure("up", "down"));
        CheckDefinition changed = definition(Map.of("name", "shop", "title", "The shop"));
        monitor.putAll(List.of(definition()));
        monitor.putAll(List.of(changed));
        monitor.apply(definition(), NOW, failed);
        record();
        assertThat(new IncidentLog(database).allOpen()).isEmpty();
        monitor.apply(changed, NOW, failed);
        record();
        assertThat(new IncidentLog(database).allOpen()).hasSize(1);
    }

    /// Pages in other languages show both.
    @Test
    void anUnclearOutcomeDuringAnIncidentKeepsThePhrasesOfTheFailure() {
        monitor.putAll(List.of(definition()));
        var failed = new Failure(Phrase.of("status", "2xx"), Phrase.of("refused"));
        monitor.apply(definition(), NOW, new Outcome.Failed(failed));
        record();
        monitor.apply(definition(), NOW, new Outcome.Unclear(Phrase.of("no-link")));
        assertThat(monitor.show("shop").orElseThrow().get("phrases"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsOnlyKeys("expected", "found", "reason");
        monitor.apply(definition(), NOW, new Outcome.Unclear("for another reason"));
        assertThat(monitor.show("shop").orElseThrow().get("phrases"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsOnlyKeys("expected", "found");
    }

    @Test
    void aHeartbeatThatIsAddedAgainWaitsForAReportAtItsFormerAddress() throws Exception {
        var heartbeats = new HeartbeatLog(database, () -> now);
        var servers = new ServerRegistry(new ServerStore(database), () -> now);
        CheckDefinition job = new DefinitionParser(CheckTypes.all(heartbeats, servers, () -> now), Map.of())
                .check(Map.of("name", "job", "type", "heartbeat", "period", "1h"));
        monitor.putAll(List.of(job));
        String secret = heartbeats.secret("job");
        heartbeats.started(secret);
        heartbeats.finished(secret, 3);
        monitor.putAll(List.of(job)); // It was not removed.
        assertThat(job.check().run()).isInstanceOf(Outcome.Failed.class);

        monitor.remove("job");
        now = now.plus(Duration.ofDays(30));
        monitor.putAll(List.of(job));
        assertThat(job.check().run()).isInstanceOf(Outcome.Unclear.class);
        assertThat(heartbeats.secret("job")).isEqualTo(secret);
    }
}
