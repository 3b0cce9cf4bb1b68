package dev.sluice.sense.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.check.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A target that fails now and then is down, although no consecutive failures confirm it.
class FailureRateTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Outcome PASSED = new Outcome.Passed(Duration.ZERO, "200");
    private static final Outcome FAILED = Outcome.failed("status 2xx", "502");

    private final StateMachine states = new StateMachine();
    private final List<String> alerts = new ArrayList<>();
    private Instant now = BEGIN;

    private void add(Rules.Rate rate) {
        states.put("shop", new Rules(3, 1, Duration.ZERO, Set.of(), Rules.Flapping.DEFAULT, rate), now);
    }

    private State run(Outcome outcome) {
        now = now.plusSeconds(10);
        for (StateEvent event : states.apply("shop", now, outcome, now)) {
            if (event instanceof StateEvent.Opened opened)
                alerts.add("opened: " + opened.failure().found());
            if (event instanceof StateEvent.Closed closed) alerts.add("closed: " + closed.ending());
        }
        return states.health("shop").orElseThrow().state();
    }

    private void alternate(int pairs) {
        for (int i = 0; i < pairs; i++) {
            run(FAILED);
            run(PASSED);
        }
    }

    @Test
    void openOneIncidentThatEndsWithAsManySuccessesInARow() {
        add(Rules.Rate.DEFAULT);
        alternate(9);
        assertThat(alerts).isEmpty();
        alternate(100);
        assertThat(alerts).containsExactly("opened: 10, the last of them: 502");
        for (int i = 0; i < 8; i++) assertThat(run(PASSED)).isEqualTo(State.DOWN); // One was the last of the pairs.
        assertThat(run(PASSED)).isEqualTo(State.UP);
        assertThat(alerts).hasSize(2).last().isEqualTo("closed: RECOVERED");
        alternate(9);
        assertThat(alerts).hasSize(2);
    }

    @Test
    void countNoFailuresOfAnEndedOutageOrOfLongAgo() {
        add(Rules.Rate.DEFAULT);
        for (int i = 0; i < 30; i++) run(FAILED);
        assertThat(run(PASSED)).isEqualTo(State.UP);
        alternate(9);
        for (int i = 0; i < 20; i++) run(PASSED);
        alternate(9);
        assertThat(alerts).containsExactly("opened: 502", "closed: RECOVERED");
    }

    @Test
    void areNoOutageWhereNoRateIsSet() {
        add(Rules.Rate.NONE);
        alternate(100);
        assertThat(alerts).isEmpty();
    }

    @Test
    void outlastARestart() {
        add(Rules.Rate.DEFAULT);
        alternate(10);
        var restarted = new StateMachine();
        Health before = states.health("shop").orElseThrow();
        var opening = Health.often(Rules.Rate.DEFAULT, ((Outcome.Failed) FAILED).failure());
        restarted.putDown(
                "shop",
                new Rules(3, 1, Duration.ZERO, Set.of(), Rules.Flapping.DEFAULT, Rules.Rate.DEFAULT),
                before.since(),
                before.since(),
                opening);
        restarted.apply("shop", now, PASSED, now);
        assertThat(restarted.health("shop").orElseThrow().state()).isEqualTo(State.DOWN);
    }
}
