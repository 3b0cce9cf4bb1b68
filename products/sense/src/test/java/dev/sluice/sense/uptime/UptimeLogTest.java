package dev.sluice.sense.uptime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.state.State;
import dev.sluice.sense.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UptimeLogTest {
    private static final Instant NOW = Instant.parse("2026-01-01T10:00:00Z");
    private static final Duration COVERAGE = Duration.ofMinutes(2);
    private static final Outcome PASSED = new Outcome.Passed(Duration.ofMillis(5), "200");

    private final Database database = Database.inMemory();
    private final UptimeLog log = new UptimeLog(database);

    private void run(Instant now) {
        log.outcome("a", PASSED, false, State.UP, now);
        log.store(now);
    }

    private static long upMinutes(UptimeLog log, Instant now) {
        var day = log.find("a", now).orElseThrow().windows().getFirst();
        return Duration.ofMillis(day.rollup().get(RollupColumn.UP_MS)).toMinutes();
    }

    @Test
    void countsAndStoresAfterAClockThatWasAheadIsSetBack() {
        Instant ahead = NOW.plus(8, ChronoUnit.HOURS);
        log.put(Map.of("a", COVERAGE), ahead);
        run(ahead);
        new RollupStore(database).add(Map.of("a", Map.of(NOW.minus(100, ChronoUnit.DAYS), new Rollup())));
        for (int minute = 0; minute <= 30; minute++) run(NOW.plus(minute, ChronoUnit.MINUTES));
        Instant end = NOW.plus(30, ChronoUnit.MINUTES);
        assertThat(upMinutes(log, end)).isEqualTo(30);

        var restarted = new UptimeLog(database); // After a kill, which loses up to a minute.
        restarted.put(Map.of("a", COVERAGE), end);
        assertThat(upMinutes(restarted, end)).isBetween(29L, 30L);
        assertThat(database.first("select min(begin) from rollup", row -> row.getLong(1)))
                .as("the oldest row after pruning")
                .hasValueSatisfying(oldest -> assertThat(oldest)
                        .isPositive()
                        .isGreaterThan(NOW.minus(Duration.ofDays(91)).toEpochMilli()));
    }

    @Test
    void knowsNoMoreThanTheLastOutcomeSaysAfterTheClockIsSetBack() {
        Instant ahead = NOW.plus(8, ChronoUnit.HOURS);
        log.put(Map.of("a", COVERAGE), ahead);
        run(ahead);
        log.store(NOW);
        assertThat(upMinutes(log, NOW.plus(1, ChronoUnit.HOURS))).isEqualTo(COVERAGE.toMinutes());
    }
}
