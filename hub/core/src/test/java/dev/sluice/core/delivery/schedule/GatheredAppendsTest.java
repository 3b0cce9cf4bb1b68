package dev.sluice.core.delivery.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.FakeLoop;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.AppendResult;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The publishes of an event loop's turn reach the log together, in order.
final class GatheredAppendsTest {
    private final List<Integer> handedOver = new ArrayList<>();
    private boolean memoryIsFull;
    private final FakeLoop loop = new FakeLoop();
    private final GatheredAppends gathered = new GatheredAppends(new CountingLog(), loop);

    private final class CountingLog extends ForwardingLog {
        CountingLog() {
            super(MemoryLog.builder(InstantSource.system()).open());
        }

        @Override
        public boolean isGrouping() {
            return true;
        }

        @Override
        public void appendEach(List<PendingAppend> appends) {
            if (memoryIsFull) throw new OutOfMemoryError("as this test requires");
            handedOver.add(appends.size());
            super.appendEach(appends);
        }
    }

    private CompletionStage<AppendResult> publish() {
        TestAppend append = append();
        gathered.append(append.pending());
        return append.outcome();
    }

    private static TestAppend append() {
        Draft draft = Draft.event(new ChannelName("a"), "message", Content.NONE);
        return TestAppend.of(new Publication(draft, Conditions.NONE));
    }

    @Test
    void handsOverAtTheEndOfTheTurn() {
        List<CompletionStage<AppendResult>> outcomes = List.of(publish(), publish(), publish());
        assertThat(handedOver).isEmpty();
        loop.runAll();
        assertThat(handedOver).containsExactly(3);
        assertThat(outcomes.stream()
                        .map(each -> ((AppendResult.Placed)
                                        each.toCompletableFuture().join())
                                .id()))
                .isSorted()
                .doesNotHaveDuplicates();
        publish();
        loop.runAll();
        assertThat(handedOver).containsExactly(3, 1);
    }

    @Test
    void handsOverAFullWriteEarlier() {
        for (int i = 0; i < 80; i++) publish();
        assertThat(handedOver).containsExactly(32, 32);
        loop.runAll();
        assertThat(handedOver).containsExactly(32, 32, 16);
    }

    @Test
    void failsAllPublishesThatCannotBeHandedOver() {
        List<TestAppend> appends =
                Stream.generate(GatheredAppendsTest::append).limit(33).toList();
        memoryIsFull = true;
        for (TestAppend each : appends.subList(0, 31)) gathered.append(each.pending());
        assertThatThrownBy(() -> gathered.append(appends.get(31).pending())).isInstanceOf(OutOfMemoryError.class);
        assertThat(appends.subList(0, 32)).allMatch(each -> each.outcome().isCompletedExceptionally());

        memoryIsFull = false;
        gathered.append(appends.get(32).pending());
        loop.runAll();
        assertThat(handedOver).containsExactly(1);
        assertThat(appends.get(32).outcome()).isCompletedWithValueMatching(AppendResult.Placed.class::isInstance);
    }
}
