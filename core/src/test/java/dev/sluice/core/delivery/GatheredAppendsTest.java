package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.PendingAppend;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.TestAppend;
import dev.sluice.core.memory.MemoryLog;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// The publishes of an event loop's turn reach the log together, in order.
final class GatheredAppendsTest {
    private final List<Integer> handedOver = new ArrayList<>();
    private final FakeLoop loop = new FakeLoop();
    private final GatheredAppends gathered = new GatheredAppends(new CountingLog(), loop);

    private final class CountingLog extends ForwardingLog {
        CountingLog() {
            super(MemoryLog.builder(InstantSource.system()).open());
        }

        @Override
        public void appendEach(List<PendingAppend> appends) {
            handedOver.add(appends.size());
            super.appendEach(appends);
        }
    }

    private CompletionStage<Appended> publish() {
        Draft draft = Draft.event(new ChannelName("a"), "message", Content.NONE);
        TestAppend append = TestAppend.of(new Publication(draft, Conditions.NONE));
        gathered.append(append.pending());
        return append.outcome();
    }

    @Test
    void handsOverAtTheEndOfTheTurn() {
        List<CompletionStage<Appended>> outcomes = List.of(publish(), publish(), publish());
        assertThat(handedOver).isEmpty();
        loop.runAll();
        assertThat(handedOver).containsExactly(3);
        assertThat(outcomes.stream()
                        .map(each ->
                                ((Appended.Placed) each.toCompletableFuture().join()).id()))
                .isSorted()
                .doesNotHaveDuplicates();
        publish();
        loop.runAll();
        assertThat(handedOver).containsExactly(3, 1);
    }

    @Test
    void handsOverEarlierWhatIsEnoughForAWrite() {
        for (int i = 0; i < 40; i++) publish();
        assertThat(handedOver).containsExactly(16, 16);
        loop.runAll();
        assertThat(handedOver).containsExactly(16, 16, 8);
    }
}
