package dev.sluice.sense.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.state.StateEvent.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A warning is not an outage, and hides none.
class WarningTest {
    private static final Outcome EXPIRING = failed("certificate", Failure.Kind.CERTIFICATE);
    private static final Outcome LATE = failed("late", Failure.Kind.LATENCY);
    private static final Outcome ERROR = failed("500", Failure.Kind.OUTAGE);
    private static final Outcome WELL = new Outcome.Passed(Duration.ZERO, "200");

    private final StateMachine states = new StateMachine();
    private final List<String> alerts = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private static Outcome failed(String found, Failure.Kind kind) {
        return new Outcome.Failed(new Failure(Phrase.text("well"), Phrase.text(found), kind));
    }

    @BeforeEach
    void addCheck() {
        note(states.put(
                "shop",
                new Rules(
                        2,
                        1,
                        Duration.ZERO,
                        Set.of(),
                        new Rules.Flapping(0, Duration.ofMinutes(1), Duration.ofSeconds(1))),
                now));
    }

    private void note(List<StateEvent> events) {
        for (StateEvent event : events) {
            switch (event) {
                case StateEvent.Opened opened ->
                    alerts.add("opened " + opened.failure().found());
                case StateEvent.Closed closed -> alerts.add("closed " + closed.ending());
                case StateEvent.Changed _, StateEvent.Recheck _ -> {}
            }
        }
    }

    private State twice(Outcome outcome) {
        once(outcome);
        return once(outcome);
    }

    private State once(Outcome outcome) {
        now = now.plusSeconds(10);
        note(states.apply("shop", now, outcome, now));
        return states.health("shop").orElseThrow().state();
    }

    @Test
    void isReportedAndHidesNoOutage() {
        assertThat(twice(EXPIRING)).isEqualTo(State.WARNING);
        assertThat(once(EXPIRING)).isEqualTo(State.WARNING);
        assertThat(twice(ERROR)).isEqualTo(State.DOWN);
        Instant first = states.health("shop").orElseThrow().firstFailure();
        assertThat(first).as("the outage begins with its own first failure").isEqualTo(now.minusSeconds(10));
        assertThat(once(ERROR)).isEqualTo(State.DOWN);
        assertThat(alerts).containsExactly("opened certificate", "closed " + Ending.REPLACED, "opened 500");
    }

    @Test
    void isReportedAgainAfterAnOutageAndThenIsOver() {
        twice(ERROR);
        assertThat(once(EXPIRING)).as("the target answers again").isEqualTo(State.FAILING);
        assertThat(once(EXPIRING)).isEqualTo(State.WARNING);
        assertThat(once(WELL)).isEqualTo(State.UP);
        assertThat(alerts)
                .containsExactly(
                        "opened 500", "closed " + Ending.RECOVERED, "opened certificate", "closed " + Ending.RECOVERED);
    }

    @Test
    void ofOneKindHidesNoneOfAnother() {
        twice(LATE);
        assertThat(twice(EXPIRING)).isEqualTo(State.WARNING);
        assertThat(alerts).containsExactly("opened late", "closed " + Ending.REPLACED, "opened certificate");
    }

    @Test
    void isBackAfterAFailureThatWasNotConfirmed() {
        twice(EXPIRING);
        assertThat(once(ERROR)).isEqualTo(State.FAILING);
        assertThat(once(EXPIRING)).isEqualTo(State.WARNING);
        assertThat(once(ERROR)).isEqualTo(State.FAILING);
        assertThat(once(new Outcome.Unclear("nothing is known"))).isEqualTo(State.WARNING);
        assertThat(alerts).containsExactly("opened certificate");
    }

    @Test
    void staysOneOverARestart() {
        var restarted = new StateMachine();
        var failure = new Failure(Phrase.text("well"), Phrase.text("certificate"), Failure.Kind.CERTIFICATE);
        restarted.putDown("shop", new Rules(1, 1, Duration.ZERO, Set.of(), Rules.Flapping.DEFAULT), now, now, failure);
        assertThat(restarted.health("shop")).map(Health::state).contains(State.WARNING);
        assertThat(restarted.apply("shop", now, EXPIRING, now)).noneMatch(StateEvent.Opened.class::isInstance);
    }

    @Test
    void isNoCauseOfAnOutageThatDependsOnIt() {
        twice(EXPIRING);
        states.put("page", new Rules(1, 1, Duration.ZERO, Set.of("shop"), Rules.Flapping.DEFAULT), now);
        now = now.plusSeconds(10);
        states.apply("shop", now, EXPIRING, now);
        assertThat(states.apply("page", now, ERROR, now)).anyMatch(StateEvent.Opened.class::isInstance);
    }
}
