package dev.sluice.lab.recommend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.plan.Direction;
import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Lane;
import dev.sluice.lab.recommend.Candidate.Refusal;
import dev.sluice.lab.recommend.Need.Measure;
import dev.sluice.lab.recommend.Need.Surrounding;
import dev.sluice.lab.report.Idle;
import dev.sluice.lab.report.LabReport;
import dev.sluice.lab.report.LaneReport;
import dev.sluice.lab.report.Latency;
import dev.sluice.lab.report.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The recommended transport is the one that measures best by the stated criteria.
class RecommendationTest {
    private static final double RATE = 20;
    private static final int CLIENTS = 100;

    /// Figures such as `sluice lab` measures, not those of a run. Per event: up, down, µs of the
    /// hub; per second and waiting client: up, down, µs; latency p50 and p99 in ms.
    private static final LabReport MEASURED = report(
            lane(Lane.POLLING, 40, 245, 22, 800, 560, 180, 505, 998, 0),
            lane(Lane.LONG_POLLING, 800, 800, 120, 26, 18, 4, 1.1, 4, 0),
            lane(Lane.SSE, 0, 142, 9, 0, 1.6, 1, 0.6, 2.5, 0),
            lane(Lane.SSE_HTTP2, 0, 180, 14, 0, 3.2, 1.5, 0.8, 3, 0),
            lane(Lane.FETCH_LINES, 0, 230, 9.5, 0, 3, 1, 0.6, 2.4, 0),
            lane(Lane.FETCH_TEXT, 0, 106, 8, 0, 0, 1, 0.6, 2.3, 5_000),
            lane(Lane.WEBSOCKET, 0, 219, 8.5, 0.4, 3.5, 1.2, 0.6, 2.2, 0));

    private static LaneReport lane(
            Lane lane,
            double up,
            double down,
            double cpuUs,
            double idleUp,
            double idleDown,
            double idleUs,
            double p50,
            double p99,
            long lostInCut) {
        double deliveries = RATE * CLIENTS * 15;
        return new LaneReport(
                lane,
                15,
                (long) deliveries,
                new Latency((long) deliveries, p50, p99, p99, p99),
                null,
                up,
                down,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                0,
                CLIENTS,
                0,
                OptionalDouble.of(cpuUs),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                0,
                0,
                new Idle(15, idleUp, idleDown, 0, OptionalDouble.of(idleUs)),
                new Recovery(2, 1, 2, lostInCut, 0));
    }

    private static LabReport report(LaneReport... lanes) {
        var plan = new LabPlan(
                List.of(Lane.values()),
                Direction.DOWN,
                RATE,
                100,
                1,
                CLIENTS,
                Duration.ofSeconds(1),
                Duration.ZERO,
                Duration.ofSeconds(15),
                Duration.ofSeconds(2),
                false);
        return new LabReport(plan, Instant.EPOCH, List.of(lanes), Map.of(), LabReport.Machine.here());
    }

    /// A need in a line: readers, events per second, freshness in seconds, the measure, what stands between,
    /// and whether events may be lost.
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        news to 50,000 readers, one a minute           | 50000   | 0.0167 | 5    | NETWORK   |                              | false | SSE
        the same over a proxy that buffers             | 50000   | 0.0167 | 5    | NETWORK   | BUFFERING_PROXY              | false | WEBSOCKET
        the same without WebSocket either              | 50000   | 0.0167 | 5    | NETWORK   | BUFFERING_PROXY NO_WEBSOCKET | false | LONG_POLLING
        stock quotes, fifty a second                   | 2000    | 50     | 0.5  | NETWORK   |                              | false | SSE
        stock quotes, least processor                  | 2000    | 50     | 0.5  | PROCESSOR |                              | false | WEBSOCKET
        a chat room                                    | 500     | 2      | 1    | LATENCY   |                              | false | SSE
        an answer typed word by word, may be lost      | 1000    | 30     | 1    | NETWORK   |                              | true  | FETCH_TEXT
        the same, nothing lost                         | 1000    | 30     | 1    | NETWORK   |                              | false | SSE
        a dashboard in twelve tabs                     | 300     | 1      | 2    | NETWORK   | MANY_TABS                    | false | SSE_HTTP2
        twelve tabs without a certificate              | 300     | 1      | 2    | NETWORK   | MANY_TABS NO_TLS             | false | WEBSOCKET
        twelve tabs, no certificate, no WebSocket      | 300     | 1      | 2    | NETWORK   | MANY_TABS NO_TLS NO_WEBSOCKET | false | POLLING
        old browsers, at once                          | 10000   | 0.1    | 1    | NETWORK   | OLD_BROWSERS                 | false | LONG_POLLING
        old browsers, busy, a second late is fine      | 10000   | 20     | 1    | NETWORK   | OLD_BROWSERS                 | false | POLLING
        old browsers, a minute late is fine            | 10000   | 0.1    | 60   | NETWORK   | OLD_BROWSERS                 | false | POLLING
        old browsers, ten milliseconds                 | 10      | 1      | 0.01 | NETWORK   | OLD_BROWSERS                 | false | LONG_POLLING
        weather, once an hour, a quarter of an hour    | 1000000 | 0.0003 | 900  | NETWORK   | BUFFERING_PROXY NO_WEBSOCKET | false | POLLING
        weather where streams pass                     | 1000000 | 0.0003 | 900  | PROCESSOR |                              | false | POLLING
        a game, five milliseconds                      | 100     | 30     | 0.005 | PROCESSOR |                             | false | WEBSOCKET
        logs of a build, may be lost, least processor  | 50      | 200    | 2    | PROCESSOR |                              | true  | FETCH_TEXT
        faster than anything measured                  | 10      | 1      | 0.001 | NETWORK  |                              | false |
        """)
    void recommendsWhatMeasuresBest(
            String name,
            long readers,
            double rate,
            double seconds,
            Measure measure,
            String around,
            boolean mayLose,
            Lane expected) {
        Set<Surrounding> surroundings = around == null
                ? Set.of()
                : Arrays.stream(around.split(" ", -1)).map(Surrounding::valueOf).collect(Collectors.toSet());
        var need = new Need(readers, rate, Duration.ofNanos((long) (seconds * 1e9)), mayLose, surroundings, measure);

        var recommendation = Recommendation.of(need, MEASURED);

        assertThat(recommendation.best().map(Candidate::lane).orElse(null)).isEqualTo(expected);
        assertLeast(recommendation);
    }

    @Test
    void noLaneThatSatisfiesARandomNeedCostsLess() {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        var random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            var around = EnumSet.noneOf(Surrounding.class);
            for (var each : Surrounding.values()) if (random.nextInt(3) == 0) around.add(each);
            var need = new Need(
                    1 + random.nextInt(1_000_000),
                    Math.pow(10, random.nextDouble() * 6 - 4),
                    Duration.ofNanos(1_000_000 + (long) Math.pow(10, 6 + random.nextDouble() * 6)),
                    random.nextBoolean(),
                    around,
                    Measure.values()[random.nextInt(3)]);
            assertThat(need).as("seed %d", seed).satisfies(each -> assertLeast(Recommendation.of(each, MEASURED)));
        }
    }

    @Test
    void refusesALaneThatLostEventsInItsCut() {
        var need = new Need(1, 1, Duration.ofSeconds(1), false, Set.of(), Measure.NETWORK);

        assertThat(Recommendation.of(need, MEASURED).candidates())
                .filteredOn(each -> each.lane() == Lane.FETCH_TEXT)
                .extracting(Candidate::refusal)
                .containsExactly(Refusal.LOSES);
    }

    /// The cost, calculated again from the figures by other formulas: totals of a day.
    private static void assertLeast(Recommendation recommendation) {
        var need = recommendation.need();
        var satisfying = recommendation.candidates().stream()
                .filter(each -> each.refusal() == null)
                .toList();
        double least = satisfying.stream()
                .mapToDouble(each -> ofADay(need, each))
                .min()
                .orElse(Double.NaN);
        recommendation.best().ifPresent(best -> assertThat(ofADay(need, best)).isLessThanOrEqualTo(least * 1.000001));
        assertThat(recommendation.best().isPresent()).isEqualTo(!satisfying.isEmpty());
    }

    private static double ofADay(Need need, Candidate candidate) {
        var lane = MEASURED.lane(candidate.lane()).orElseThrow();
        double waits = 86_400;
        if (candidate.interval() != null) waits = 86_400 / (candidate.interval().toNanos() / 1e9); // Polls of a day.
        double events = 86_400 * need.rate();
        return switch (need.measure()) {
            case NETWORK -> {
                double waiting = lane.idle().up() + lane.idle().down();
                yield waits * waiting + events * Math.max(0, lane.up() + lane.down() - waiting / RATE);
            }
            case PROCESSOR -> {
                double waiting = lane.idle().cpuUs().orElseThrow();
                yield waits * waiting + events * Math.max(0, lane.cpuUs().orElseThrow() - waiting / RATE);
            }
            case LATENCY -> candidate.latencyMs();
        };
    }
}
