package dev.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PendingAppendTest {
    private static final Publication PUBLICATION =
            new Publication(Draft.event(new ChannelName("a"), "message", Contents.text("x")), Conditions.NONE);
    private static final AppendResult OUTCOME = new AppendResult.Full("no space");
    private static final RuntimeException FAILURE = new IllegalStateException("the disk has failed");

    private final List<@Nullable Object> told = new ArrayList<>();
    private final PendingAppend append = new PendingAppend(PUBLICATION, (outcome, failure) -> {
        told.add(outcome);
        told.add(failure);
    });

    @Test
    void reportsTheOutcomeOnceAcknowledged() {
        append.decided(OUTCOME);
        assertThat(told).isEmpty();
        append.acknowledge();
        assertThat(told).containsExactly(OUTCOME, null);
    }

    @Test
    void reportsTheRefusalOnceAcknowledged() {
        append.refused(FAILURE);
        assertThat(told).isEmpty();
        append.acknowledge();
        assertThat(told).containsExactly(null, FAILURE);
    }

    @Test
    void reportsAFailureOfTheLogAfterTheDecision() {
        append.decided(OUTCOME);
        append.fail(FAILURE);
        assertThat(told).containsExactly(null, FAILURE);
    }

    @Test
    void reportsOnlyTheFirstOutcome() {
        append.complete(OUTCOME);
        append.fail(FAILURE);
        append.complete(OUTCOME);
        assertThat(told).containsExactly(OUTCOME, null);
    }

    @Test
    void acknowledgesNothingUndecided() {
        assertThatIllegalStateException().isThrownBy(append::acknowledge);
        assertThat(told).isEmpty();
    }
}
