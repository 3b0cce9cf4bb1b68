package dev.sluice.sense.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.config.CheckType;
import dev.sluice.sense.config.Fields;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.state.Rules;
import dev.sluice.sense.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Uptime compared with a model that stores the state of each minute of a hundred days, with outages, gaps,
/// maintenance, pauses, stops and kills of Sense.
class UptimeModelTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T07:20:00Z");
    private static final int DAY = 24 * 60;
    private static final int END = 100 * DAY;
    private static final long MINUTE_MS = 60_000;

    /// The minutes for which an outcome is valid: interval, timeout and lateness.
    private static final int COVERED = 10;

    private record Counted(int minute, String figure, double latencyMs) {}

    private final long seed = Long.getLong("sluice.seeds", System.nanoTime());
    private final Random random = new Random(seed);
    private final Database database = Database.inMemory();
    private final String[] states = new String[END + 1]; // Valid from this minute on; null if unchanged.
    private final int[] coveredUntil = new int[END + 1];
    private final boolean[] isLost = new boolean[END + 1];
    private final boolean[] isDecisionLost = new boolean[END + 1];
    private final boolean[] isStart = new boolean[END + 1];
    private final List<Counted> counted = new ArrayList<>();
    private int minute;
    private int stored;
    private int countedStored;
    private boolean isPaused;
    private boolean isInMaintenance;
    private Monitor monitor = monitor();

    private Instant now() {
        return BEGIN.plus(minute, ChronoUnit.MINUTES);
    }

    private Monitor monitor() {
        var made = new Monitor(
                database, new LiveFeed((_, _, _, _) -> {}), Set::of, _ -> {}, () -> {}, Runnable::run, this::now);
        made.putAll(List.of(definition()));
        if (isInMaintenance) made.setMaintenance(windows());
        return made;
    }

    private CheckDefinition definition() {
        var kind = CheckType.remote("fake", Set.of(), (Fields _, String _) -> () -> new Outcome.Unclear("never run"));
        return new CheckDefinition(
                "a",
                kind,
                Map.of("name", "a"),
                Duration.ofMinutes(COVERED).minusSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                new Rules(2, 2, Duration.ofMillis(500), Set.of(), Rules.Flapping.DEFAULT),
                List.of(),
                isPaused,
                false,
                "",
                () -> new Outcome.Unclear("never run"));
    }

    private static List<MaintenanceWindow> windows() {
        return List.of(new MaintenanceWindow(1, Set.of(), BEGIN, BEGIN.plus(Duration.ofDays(9999)), "planned"));
    }

    @Test
    void addsUpToTheStateOfEachMinute() {
        System.out.println("uptime: -Dsluice.seeds=" + seed);
        note();
        isStart[0] = true;
        String mode = "good";
        while (minute < END - 200) {
            minute += random.nextInt(30) == 0 ? 1 + random.nextInt(90) : 1 + random.nextInt(COVERED);
            if (random.nextInt(20) == 0)
                mode = List.of("good", "good", "slow", "bad", "unclear").get(random.nextInt(5));
            change();
            apply(mode);
            if (random.nextInt(3) == 0) {
                monitor.tick();
                if (minute > stored) countedStored = counted.size(); // Once a minute, and not in the first minute.
                stored = minute;
            }
            if (random.nextInt(400) == 0) assertEqualsModel();
        }
        assertEqualsModel();
        long rows = database.first("select count(*) from rollup", row -> row.getLong(1))
                .orElse(0L);
        assertThat(rows).as("pruned").isLessThan(49 + 92 + 3);
    }

    private void change() {
        if (random.nextInt(150) == 0) {
            isPaused = !isPaused;
            monitor.putAll(List.of(definition()));
        }
        if (random.nextInt(100) == 0) {
            isInMaintenance = !isInMaintenance;
            monitor.setMaintenance(isInMaintenance ? windows() : List.of());
        }
        note();
        if (random.nextInt(150) != 0) return;
        boolean isKilled = random.nextBoolean();
        int from = isKilled ? stored : minute;
        if (isKilled) counted.subList(countedStored, counted.size()).clear();
        else monitor.close();
        minute += random.nextInt(30);
        for (int lost = from; lost < minute; lost++) {
            isLost[lost] = true;
            isDecisionLost[lost] = lost > from;
        }
        monitor = monitor();
        stored = minute;
        countedStored = counted.size();
        isStart[minute] = true;
        note();
        coveredUntil[minute] = minute;
    }

    private void apply(String mode) {
        if (isPaused) return; // The scheduler does not run a paused check.
        double latencyMs = mode.equals("slow") ? 600 + random.nextInt(9_000) : 1 + random.nextInt(400);
        Outcome outcome = switch (mode) {
            case "good", "slow" -> new Outcome.Passed(Duration.ofNanos((long) (latencyMs * 1e6)), "200");
            case "bad" -> Outcome.failed("200", "503");
            default -> new Outcome.Unclear("no figures");
        };
        monitor.apply(definition(), now(), outcome);
        note();
        coveredUntil[minute] = minute + COVERED;
        String figure = isInMaintenance
                ? "in_maintenance"
                : Map.of("good", "passed", "slow", "slow", "bad", "failed", "unclear", "unclear")
                        .get(mode);
        counted.add(new Counted(minute, figure, outcome instanceof Outcome.Passed && !isInMaintenance ? latencyMs : 0));
    }

    private void note() {
        states[minute] = String.valueOf(monitor.show("a").orElseThrow().get("state"));
    }

    /// Returns the state of each minute: `up`, `down`, `maintenance`, or null if it is unknown.
    private String[] minutes() {
        String[] all = new String[minute];
        int covered = 0;
        for (int i = 0; i < minute; i++) {
            if (isStart[i]) covered = i;
            if (coveredUntil[i] > 0) covered = isStart[i] && coveredUntil[i] == i ? i : coveredUntil[i];
            if (i > 0 && states[i] == null) states[i] = states[i - 1];
            if (i >= covered || isLost[i]) continue;
            all[i] = switch (states[i]) {
                case "up", "slow" -> "up";
                case "down", "maintenance" -> states[i];
                case "failing" -> decided(i);
                default -> null;
            };
        }
        return all;
    }

    /// Returns the final state of a failure; null if it was never decided.
    private String decided(int failing) {
        for (int i = failing + 1; i <= minute; i++) {
            if (isStart[i]) return null;
            if (states[i] == null || states[i].equals("failing")) continue;
            if (isDecisionLost[i]) return null;
            return switch (states[i]) {
                case "up", "slow" -> "up";
                case "down" -> "down";
                default -> null;
            };
        }
        return null;
    }

    private void assertEqualsModel() {
        String[] minutes = minutes();
        var uptime = monitor.uptime("a").orElseThrow().json();
        assertThat(uptime).containsEntry("created", BEGIN.toString());
        for (Object each : (List<?>) uptime.get("windows")) {
            Map<?, ?> window = (Map<?, ?>) each;
            Instant since = switch (String.valueOf(window.get("window"))) {
                case "24h" -> now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(23));
                case "7d" -> now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(6));
                case "30d" -> now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(29));
                default -> now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(89));
            };
            int first = (int) Math.max(0, Duration.between(BEGIN, since).toMinutes());
            Map<String, Long> expected = new HashMap<>();
            for (int i = first; i < minute; i++) {
                String state = minutes[i] == null ? "unknown" : minutes[i];
                expected.merge(state + "_ms", MINUTE_MS, Long::sum);
            }
            List<Double> latencies = new ArrayList<>();
            for (Counted one : counted) {
                if (one.minute < first) continue;
                expected.merge(one.figure, 1L, Long::sum);
                if (one.latencyMs > 0) latencies.add(one.latencyMs);
            }
            for (String figure : List.of(
                    "up_ms",
                    "down_ms",
                    "maintenance_ms",
                    "unknown_ms",
                    "passed",
                    "slow",
                    "failed",
                    "unclear",
                    "in_maintenance"))
                assertThat(window.get(figure))
                        .as("seed " + seed + " minute " + minute + " " + figure + " of " + window)
                        .isEqualTo(expected.getOrDefault(figure, 0L));
            latencies.sort(null);
            percentile(window.get("latency_p50_ms"), latencies, 0.5);
            percentile(window.get("latency_p95_ms"), latencies, 0.95);
        }
    }

    private static void percentile(Object found, List<Double> sorted, double part) {
        if (sorted.isEmpty()) {
            assertThat(found).isNull();
            return;
        }
        double exact = sorted.get(Math.max(1, (int) Math.ceil(part * sorted.size())) - 1);
        assertThat((Double) found).isCloseTo(exact, within(exact * 0.051 + 0.1));
    }
}
