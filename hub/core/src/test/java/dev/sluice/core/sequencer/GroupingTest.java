package dev.sluice.core.sequencer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Draft;
import dev.sluice.core.index.EntryStore;
import dev.sluice.core.index.Epochs;
import dev.sluice.core.index.Index;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How commands are grouped influences neither ids nor outcomes nor the state.
final class GroupingTest {
    private static final LogLimits LIMITS = LogLimits.builder()
            .entriesMax(1_000)
            .marks(10, Duration.ofDays(1))
            .lookMax(100)
            .build();

    /// A log in memory.
    private record InMemory(Index index, Sequencer sequencer) implements CommandHistory.Subject {
        static InMemory open(LogLimits limits, Function<ChannelName, Retention> rules) {
            Index index = new Index(Epochs.of(new Epoch("e")), limits, EntryStore.NONE);
            return new InMemory(index, new Sequencer(index, limits, rules));
        }

        @Override
        public CommandHistory.Subject reopen() {
            return null;
        }

        @Override
        public void close() {}
    }

    @Test
    void doesNotChangeOutcomesInMemory() {
        CommandHistory.compareAll(150, Long.MAX_VALUE, InMemory::open);
    }

    @Test
    @Tag("long")
    void doesNotChangeOutcomesInMemoryOverManyHistories() {
        CommandHistory.compareAll(10_000, Long.MAX_VALUE, InMemory::open);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 60})
    void endsSixtyPublishesAtTheSamePosition(int groupSize) {
        InMemory log = InMemory.open(LIMITS, channel -> Retention.events(10));
        for (int i = 1; i <= 60; i++) {
            Draft draft = Draft.event(new ChannelName("a"), "message", Contents.text("x"));
            log.sequencer.append(new Publication(draft, Conditions.NONE), i);
            if (i % groupSize == 0) log.sequencer.apply();
        }
        log.sequencer.apply();
        assertThat(log.index.head().position()).isEqualTo(84);
        assertThat(log.index.last()).as("with the trim that follows").isEqualTo(85);
        assertThat(log.index.entries()).isEqualTo(10);
    }
}
