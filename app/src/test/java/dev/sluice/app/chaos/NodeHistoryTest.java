package dev.sluice.app.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.history.Violation;
import dev.sluice.core.history.Violation.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NodeHistoryTest {
    private static final int KILLED = 137;

    private final NodeHistory history = new NodeHistory();

    private List<Kind> found() {
        return history.violations().stream().map(Violation::kind).toList();
    }

    @Test
    void acceptsAKilledNodeThatIsReadyAgainInTime() {
        history.endangered(1);
        history.ended(1, KILLED);
        history.started(1);
        history.ready(1, NodeHistory.READY_MS, NodeHistory.READY_PROCESSOR_TIME);
        assertThat(found()).isEmpty();
        assertThat(history.takeLongestReadyMs()).isEqualTo(NodeHistory.READY_MS);
        assertThat(history.takeLongestReadyMs()).isZero();
    }

    @Test
    void aNodeThatEndsWhileAnotherWasKilledIsFound() {
        history.endangered(1);
        history.ended(0, 74);
        assertThat(found()).containsExactly(Kind.ENDED_BY_ITSELF);
    }

    @Test
    void aNodeThatEndsAfterItWasStartedAgainIsFound() {
        history.endangered(1);
        history.ended(1, KILLED);
        history.started(1);
        history.ended(1, 74);
        assertThat(found()).containsExactly(Kind.ENDED_BY_ITSELF);
    }

    @Test
    void aNodeThatEndsAfterAllFaultsAreOverIsFound() {
        history.endangered(1);
        history.settled();
        history.ended(1, 74);
        assertThat(found()).containsExactly(Kind.ENDED_BY_ITSELF);
    }

    @Test
    void aNodeThatIsReadyTooLateIsFound() {
        history.ready(0, NodeHistory.READY_MS + 1, Duration.ZERO);
        assertThat(found()).containsExactly(Kind.NOT_READY_AGAIN);
    }

    @Test
    void aNodeThatUsesTooMuchProcessorTimeUntilItIsReadyIsFound() {
        history.ready(0, 1, NodeHistory.READY_PROCESSOR_TIME.plusMillis(1));
        assertThat(found()).containsExactly(Kind.NOT_READY_AGAIN);
    }

    @Test
    void aNodeThatIsNeverReadyIsFound() {
        history.notReady(0, NodeHistory.READY_MS + 1, "it catches up");
        assertThat(found()).containsExactly(Kind.NOT_READY_AGAIN);
    }
}
