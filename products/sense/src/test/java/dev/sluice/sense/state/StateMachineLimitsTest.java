package dev.sluice.sense.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sense.check.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StateMachineLimitsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Outcome FAILED = Outcome.failed("status 2xx", "503");

    private static final Outcome PASSED = new Outcome.Passed(Duration.ZERO, "200");

    private static Rules rules(Set<String> dependsOn) {
        return new Rules(1, 1, Duration.ZERO, dependsOn, Rules.Flapping.DEFAULT);
    }

    private static Map<String, Rules> chain(int length) {
        Map<String, Rules> all = new LinkedHashMap<>();
        for (int i = 0; i < length; i++) all.put("c" + i, rules(Set.of("c" + (i + 1))));
        return all;
    }

    @Test
    void refusesChainsThatAreTooLongToBeFollowed() {
        assertThatCode(() -> StateMachine.requireSound(chain(Dependencies.MAX))).doesNotThrowAnyException();
        assertThatThrownBy(() -> StateMachine.requireSound(chain(20_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("chain");
    }

    @Test
    void refusesLayersInWhichEachDependsOnThousands() {
        Map<String, Rules> all = new LinkedHashMap<>();
        for (int layer = 0; layer < 5; layer++) {
            int below = layer - 1;
            Set<String> others =
                    IntStream.range(0, 100).mapToObj(i -> "c" + below + "-" + i).collect(Collectors.toSet());
            for (int i = 0; i < 100; i++) all.put("c" + layer + "-" + i, rules(layer == 0 ? Set.of() : others));
        }
        assertThatThrownBy(() -> StateMachine.requireSound(all)).hasMessageContaining("more than " + Dependencies.MAX);
    }

    @Test
    void doesNotCountOutagesOfAClockThatWasAheadAsFlapping() {
        var machine = new StateMachine();
        machine.put("shop", rules(Set.of()), NOW);
        Instant ahead = NOW.plus(Duration.ofHours(8));
        for (int i = 0; i < Rules.Flapping.DEFAULT.outages(); i++) {
            machine.apply("shop", ahead, FAILED, ahead);
            machine.apply("shop", ahead, PASSED, ahead);
        }
        assertThat(machine.isFlapping("shop", ahead)).isTrue();
        assertThat(machine.isFlapping("shop", NOW)).isFalse();
        machine.apply("shop", NOW, PASSED, NOW);
        machine.apply("shop", NOW, FAILED, NOW);
        assertThat(machine.apply("shop", NOW, PASSED, NOW)).anyMatch(StateEvent.Closed.class::isInstance);
    }

    @Test
    void confirmsAnOutageAlthoughTheClockWasSetBackSinceItsFirstFailure() {
        var machine = new StateMachine();
        machine.put("db", rules(Set.of()), NOW);
        machine.put("shop", rules(Set.of("db")), NOW);
        Instant ahead = NOW.plus(Duration.ofHours(1));
        assertThat(machine.apply("shop", ahead, FAILED, ahead)).anyMatch(StateEvent.Recheck.class::isInstance);

        Instant after = NOW.plusSeconds(5);
        machine.apply("shop", after, FAILED, after);
        Instant later = NOW.plusSeconds(6);
        List<StateEvent> events = machine.apply("db", later, new Outcome.Passed(Duration.ZERO, "200"), later);
        assertThat(events).anyMatch(StateEvent.Opened.class::isInstance);
    }
}
