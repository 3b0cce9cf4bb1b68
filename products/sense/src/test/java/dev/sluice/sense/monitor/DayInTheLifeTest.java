package dev.sluice.sense.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.incident.Incident;
import dev.sluice.sense.incident.IncidentLog;
import dev.sluice.sense.notify.Alert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Half a day or a day of many checks on a fake clock, with outages, flapping, dependencies, maintenance,
/// restarts of Sense, kills while it sends, and a service that accepts no messages for an hour. The incidents
/// equal the model's, and the receiver counts each opening and each closing once.
class DayInTheLifeTest {
    @Test
    void opensClosesAndReportsEachIncidentOfHundredsOfChecksOnce() {
        live(100, Duration.ofSeconds(60), Duration.ofHours(12));
    }

    @Test
    @Tag("long")
    void opensClosesAndReportsEachIncidentOfTenThousandChecksOnce() {
        live(10_000, Duration.ofSeconds(30), Duration.ofHours(24));
    }

    private void live(int checks, Duration interval, Duration length) {
        long seed = Long.getLong("sluice.seeds", System.nanoTime());
        System.out.println("a day in the life: -Dsluice.seeds=" + seed);
        try (var day = new Day(seed, checks, interval)) {
            day.live(length);
            day.drain();

            var log = new IncidentLog(day.database());
            List<String> found = new ArrayList<>();
            for (Incident incident :
                    log.list(null, Long.MAX_VALUE, Integer.MAX_VALUE).reversed()) {
                found.add(incident.check() + " " + incident.opened() + " " + incident.closed());
            }
            assertThat(found.stream().sorted().toList())
                    .as("seed " + seed)
                    .isEqualTo(day.expected().stream().sorted().toList())
                    .hasSizeGreaterThan(checks / 10);

            Map<String, Integer> counts = new HashMap<>();
            for (String id : day.received()) counts.merge(id, 1, Integer::sum);
            for (Incident incident : log.list(null, Long.MAX_VALUE, Integer.MAX_VALUE)) {
                assertThat(day.distinct(Alert.Kind.OPENED, incident.id()))
                        .as("seed " + seed + " " + incident)
                        .isEqualTo(1);
                assertThat(day.distinct(Alert.Kind.CLOSED, incident.id()))
                        .as("seed " + seed + " " + incident)
                        .isEqualTo(incident.isOpen() ? 0 : 1);
            }
            long repeated =
                    counts.values().stream().mapToInt(count -> count - 1).sum();
            assertThat(repeated)
                    .as("only kills after acceptance repeat a message")
                    .isEqualTo(day.killsAfterAcceptance());
            assertThat(day.killsAfterAcceptance()).as("the day has such kills").isPositive();
            assertThat(day.orderMistakes())
                    .as("closings come after their openings")
                    .isEmpty();
        }
    }
}
