package dev.sluice.lab.recommend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.plan.Technique;
import dev.sluice.lab.recommend.Candidate.Refusal;
import dev.sluice.lab.recommend.Requirements.Measure;
import dev.sluice.lab.recommend.Requirements.Surrounding;
import dev.sluice.lab.report.LabReport;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The recommended transport is the one that measures best by the stated criteria, checked with the figures
/// of a real run.
class RecommendationTest {
    private static final LabReport MEASURED = MeasuredRun.report();

    /// One need per line: readers, events per second, events per second that each client publishes, freshness
    /// in seconds, the measure, the surroundings, and whether events may be lost.
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        news to 50,000 readers, one a minute           | 50000   | 0.0167 | 0    | 5    | NETWORK   |                               | false
        the same over a proxy that buffers             | 50000   | 0.0167 | 0    | 5    | NETWORK   | BUFFERING_PROXY               | false
        the same without WebSocket either              | 50000   | 0.0167 | 0    | 5    | NETWORK   | BUFFERING_PROXY NO_WEBSOCKET  | false
        stock quotes, fifty a second                   | 2000    | 50     | 0    | 0.5  | NETWORK   |                               | false
        stock quotes, least processor                  | 2000    | 50     | 0    | 0.5  | PROCESSOR |                               | false
        a chat room                                    | 500     | 2      | 0.05 | 1    | LATENCY   |                               | false
        a chat room, least network                     | 500     | 2      | 0.05 | 1    | NETWORK   |                               | false
        a shared whiteboard                            | 20      | 40     | 2    | 0.2  | NETWORK   |                               | false
        a whiteboard where WebSocket is refused        | 20      | 40     | 2    | 0.2  | NETWORK   | NO_WEBSOCKET                  | false
        a whiteboard, least processor                  | 20      | 40     | 2    | 0.2  | PROCESSOR |                               | false
        an answer typed word by word, may be lost      | 1000    | 30     | 0    | 1    | NETWORK   |                               | true
        the same, nothing lost                         | 1000    | 30     | 0    | 1    | NETWORK   |                               | false
        a dashboard in twelve tabs                     | 300     | 1      | 0    | 2    | NETWORK   | MANY_TABS                     | false
        twelve tabs without a certificate              | 300     | 1      | 0    | 2    | NETWORK   | MANY_TABS NO_TLS              | false
        twelve tabs, no certificate, no WebSocket      | 300     | 1      | 0    | 2    | NETWORK   | MANY_TABS NO_TLS NO_WEBSOCKET | false
        old browsers, at once                          | 10000   | 0.1    | 0    | 1    | NETWORK   | OLD_BROWSERS                  | false
        old browsers that report their place           | 10000   | 0.1    | 0.1  | 5    | NETWORK   | OLD_BROWSERS                  | false
        old browsers, a minute late is fine            | 10000   | 0.1    | 0    | 60   | NETWORK   | OLD_BROWSERS                  | false
        weather, once an hour, a quarter of an hour    | 1000000 | 0.0003 | 0    | 900  | PROCESSOR |                               | false
        logs of a build, may be lost, least processor  | 50      | 200    | 0    | 2    | PROCESSOR |                               | true
        """)
    void recommendsWhatMeasuresBest(
            String name,
            long readers,
            double rate,
            double sendRate,
            double seconds,
            Measure measure,
            String around,
            boolean mayLose) {
        assertMeasuresBest(new Requirements(
                readers,
                rate,
                sendRate,
                Duration.ofNanos((long) (seconds * 1e9)),
                mayLose,
                surroundings(around),
                measure));
    }

    private static Set<Surrounding> surroundings(String words) {
        return words == null
                ? Set.of()
                : Arrays.stream(words.split(" ", -1)).map(Surrounding::valueOf).collect(Collectors.toSet());
    }

    @Test
    void noLaneThatSatisfiesARandomNeedCostsLess() {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        var random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            var around = EnumSet.noneOf(Surrounding.class);
            for (var each : Surrounding.values()) if (random.nextInt(3) == 0) around.add(each);
            var need = new Requirements(
                    1 + random.nextInt(1_000_000),
                    Math.pow(10, random.nextDouble() * 6 - 4),
                    random.nextBoolean() ? 0 : Math.pow(10, random.nextDouble() * 5 - 4),
                    Duration.ofNanos(1_000_000 + (long) Math.pow(10, 6 + random.nextDouble() * 6)),
                    random.nextBoolean(),
                    around,
                    Measure.values()[random.nextInt(3)]);
            assertThat(need).as("seed %d", seed).satisfies(RecommendationTest::assertMeasuresBest);
        }
    }

    @Test
    void sendsOverAWebSocketWhereClientsPublishMuch() {
        var board = new Requirements(20, 40, 20, Duration.ofSeconds(1), false, Set.of(), Measure.NETWORK);
        var wall = new Requirements(20, 40, 0, Duration.ofSeconds(1), false, Set.of(), Measure.NETWORK);

        assertThat(best(board)).isEqualTo(Technique.WEBSOCKET);
        assertThat(best(wall)).as("which only reads").isEqualTo(Technique.SSE);
    }

    @Test
    void refusesALaneThatLostEventsInItsCut() {
        var need = new Requirements(1, 1, 0, Duration.ofSeconds(1), false, Set.of(), Measure.NETWORK);

        assertThat(Recommendation.of(need, MEASURED).candidates())
                .filteredOn(each -> each.lane() == Technique.FETCH_TEXT)
                .extracting(Candidate::refusal)
                .containsExactly(Refusal.LOSES);
    }

    private static Technique best(Requirements need) {
        return Recommendation.of(need, MEASURED).best().orElseThrow().lane();
    }

    /// The criteria of [DayOfALane] select the same lane, or one with the same cost.
    private static void assertMeasuresBest(Requirements need) {
        var least = Arrays.stream(Technique.values())
                .map(lane -> DayOfALane.of(lane, need))
                .filter(DayOfALane::satisfies)
                .min(Comparator.comparingDouble(day -> day.cost(need.measure())));
        var best = Recommendation.of(need, MEASURED).best();

        assertThat(best.isPresent()).isEqualTo(least.isPresent());
        if (best.isEmpty() || least.isEmpty()) return;
        var recommended = DayOfALane.of(best.get().lane(), need);
        assertThat(recommended.satisfies())
                .as(best.get().lane() + " satisfies the need")
                .isTrue();
        assertThat(recommended.cost(need.measure()))
                .as(best.get().lane() + " costs no more than " + least.get().lane())
                .isLessThanOrEqualTo(least.get().cost(need.measure()) * 1.000001);
    }
}
