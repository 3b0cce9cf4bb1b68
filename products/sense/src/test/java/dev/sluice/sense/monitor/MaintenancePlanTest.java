package dev.sluice.sense.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.config.CheckType;
import dev.sluice.sense.config.Fields;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.state.Rules;
import dev.sluice.sense.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class MaintenancePlanTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final long LATER = NOW.plusSeconds(60).toEpochMilli();
    private static final int THREADS = 8;
    private static final int ROUNDS = 200;

    private final Database database = Database.inMemory();
    private final Monitor monitor = new Monitor(
            database, new LiveFeed((_, _, _, _) -> {}), Set::of, _ -> {}, () -> {}, Runnable::run, () -> NOW);
    private final MaintenancePlan plan = new MaintenancePlan(database, monitor, () -> NOW);

    private static CheckDefinition check(String name) {
        var type = CheckType.remote("fake", Set.of(), (Fields _, String _) -> () -> new Outcome.Unclear("never run"));
        return new CheckDefinition(
                name,
                type,
                Map.of("name", name),
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

    /// It is in the database of a version that accepted it.
    @Test
    void ignoresAWindowWithoutALength() {
        database.change("insert into maintenance (checks, begins, ends, reason) values ('', ?, ?, '')", LATER, LATER);
        plan.load();
        assertThat(plan.windows()).isEmpty();
    }

    @Test
    void eachOfSeveralWindowsPlannedAtOnceIsInForce() throws Exception {
        List<Callable<Long>> additions = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            String name = "c" + i;
            monitor.putAll(List.of(check(name)));
            additions.add(() -> plan.add(Set.of(name), NOW, NOW.plusSeconds(60), "planned"));
        }
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            for (int round = 0; round < ROUNDS; round++) {
                var added = threads.invokeAll(additions);
                assertThat(monitor.showAll())
                        .as("round " + round)
                        .extracting(check -> check.get("state"))
                        .containsOnly("maintenance");
                for (var each : added) plan.remove(each.get());
            }
        }
    }
}
