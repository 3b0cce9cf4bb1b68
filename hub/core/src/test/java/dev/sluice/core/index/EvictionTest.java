package dev.sluice.core.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Entry;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.sequencer.Sequencer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Entries that leave memory while a reader looks for them.
final class EvictionTest {
    private final LogLimits limits = LogLimits.builder().tailBytes(10_000).build();
    private final Tail all = new Tail();
    private final Index index = new Index(Epochs.of(new Epoch("e")), limits, new Backing());
    private final Sequencer sequencer = new Sequencer(index, limits, channel -> Retention.ALL);
    private final ReadCursor begin = ReadCursor.at(index.head());

    private void publish(String channel) {
        Draft draft = Draft.event(new ChannelName(channel), "message", Contents.text("x"));
        sequencer.append(new Publication(draft, Conditions.NONE), 1);
        sequencer.apply();
    }

    private void evict() {
        while (index.cold.upTo() == 0) publish("busy");
    }

    @Test
    void doesNotNameTheChangedChannelsIfSomeWereEvictedMeanwhile() {
        publish("busy");
        publish("quiet");
        List<String> changed = new ArrayList<>();
        assertThat(new ChangedChannels(index).since(begin.cursor(), name -> {
                    evict();
                    changed.add(name.value());
                }))
                .as("after %s", changed)
                .isNull();
    }

    @Test
    void repeatsAReadOfAllEntriesDuringWhichTheFirstWereEvicted() {
        publish("quiet");
        Read read = IndexReader.ofAll(index::source, source -> {
            evict();
            return new ReadPath(index, source).read(begin, Selection.of("**"), Filter.NONE, 1, 1_000);
        });
        assertThat(read)
                .isInstanceOfSatisfying(
                        Read.Batch.class,
                        batch -> assertThat(batch.entries())
                                .extracting(Entry::position)
                                .containsExactly(1L));
    }

    private final class Backing extends EntriesBacking {
        @Override
        public @Nullable EntrySource source() {
            return all;
        }

        @Override
        public void place(LogRecord.Group group) {
            group.entries().forEach(all::append);
        }

        @Override
        public void drop(LogRecord.Trim trim) {}
    }
}
