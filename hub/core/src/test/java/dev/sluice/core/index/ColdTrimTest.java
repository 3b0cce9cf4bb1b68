package dev.sluice.core.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.sequencer.Sequencer;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A trim of entries that are no longer in memory, read at every call to the backing.
final class ColdTrimTest {
    private static final Selection OLDEST = Selection.of("oldest");

    private final TreeMap<Long, Entry> kept = new TreeMap<>();
    private final LogLimits limits = LogLimits.builder()
            .entriesMax(20)
            .tailBytes(1_000)
            .slackMax(10)
            .marks(10, Duration.ofDays(1))
            .lookMax(100)
            .build();
    private final Index index = new Index(Epochs.of(new Epoch("e")), limits, new Watched());
    private Retention rule = Retention.ALL;
    private final Sequencer sequencer = new Sequencer(index, limits, channel -> rule);
    private final IndexReader reader = new IndexReader(index, new IndexReader.ReadExecutor() {
        @Override
        public <T> CompletionStage<T> submit(Object key, Supplier<@Nullable T> slice) {
            return new CompletableFuture<>();
        }
    });
    private final ReadCursor begin = ReadCursor.at(index.head());
    private int outlines;
    private boolean isCold;
    private int checks;

    private Read read() {
        return reader.read(begin, OLDEST, Filter.NONE, 100, 100);
    }

    private void check() {
        ChannelIndex oldest = index.channel("oldest");
        isCold |= oldest != null && oldest.cold() != null;
        if (!isCold) return;
        checks++;
        Read read = read();
        assertThat(read instanceof Read.Pending || read instanceof Read.Missing)
                .as("it is found or reported, not skipped: %s", read)
                .isTrue();
    }

    private void publish(String channel) {
        publish(channel, EventFields.NONE);
    }

    private void publish(String channel, EventFields fields) {
        Draft draft = Draft.event(new ChannelName(channel), "message", fields, Contents.text("x"));
        sequencer.append(new Publication(draft, Conditions.NONE), 1);
        sequencer.apply();
    }

    @Test
    void neverSkipsColdEntriesSilently() {
        publish("oldest");
        publish("older");
        for (int i = 0; i < 21; i++) publish("old");
        assertThat(read()).isInstanceOf(Read.Missing.class);
        assertThat(checks).isPositive();
    }

    static List<Retention> rules() {
        Retention all = Retention.ALL;
        return List.of(
                all,
                Retention.events(5),
                Retention.events(5).andNewestOfKey(),
                new Retention(Duration.ofMillis(50), all.maxEvents(), all.maxBytes()),
                new Retention(Duration.ofMillis(50), all.maxEvents(), all.maxBytes()).andNewestOfKey());
    }

    /// The data of a hundred thousand entries would fill the heap.
    @ParameterizedTest
    @MethodSource("rules")
    void dropsColdEntriesWithoutTheirData(Retention ofChannels) {
        rule = ofChannels;
        for (int i = 0; i < 12; i++) publish("a", EventFields.ofKey("key " + i % 3));
        for (int i = 0; i < 12; i++) publish("b");
        sequencer.maintain(100, 100);
        assertThat(outlines).isPositive();
        assertThat(index.entries()).isEqualTo(kept.size());
        assertThat(index.dataBytes()).isEqualTo(kept.size());
    }

    private final class Watched extends EntriesBacking {
        private final EntrySource source = new Kept();

        @Override
        public @Nullable EntrySource source() {
            check();
            return source;
        }

        @Override
        public void place(LogRecord.Group group) {
            for (Entry entry : group.entries()) kept.put(entry.id().position(), entry);
        }

        @Override
        public void drop(LogRecord.Trim trim) {
            check();
            for (Entry entry : trim.dropped()) {
                kept.remove(entry.id().position());
                if (entry.position() > index.cold.upTo() || !(entry instanceof Event event)) continue;
                assertThat(event.data()).isEmpty();
                assertThat(event.dataBytes()).isEqualTo(1);
                outlines++;
            }
        }
    }

    private final class Kept implements EntrySource {
        private EntryIterator iterator(Collection<Entry> entries, @Nullable ChannelIndex channel) {
            Iterator<Entry> matching = List.copyOf(entries).stream()
                    .filter(entry -> channel == null || entry.channel().equals(channel.name))
                    .iterator();
            return () -> matching.hasNext() ? matching.next() : null;
        }

        @Override
        public EntryIterator after(ChannelIndex channel, long position, long upTo) {
            return iterator(kept.subMap(position, false, upTo, true).values(), channel);
        }

        @Override
        public EntryIterator after(long position, long upTo) {
            return iterator(kept.subMap(position, false, upTo, true).values(), null);
        }

        @Override
        public EntryIterator back(ChannelIndex channel, long position) {
            return iterator(kept.headMap(position, true).descendingMap().values(), channel);
        }

        @Override
        public EntryIterator back(long position) {
            return iterator(kept.headMap(position, true).descendingMap().values(), null);
        }

        @Override
        public @Nullable Entry firstNotOlder(@Nullable ChannelIndex channel, long timeMs, long upTo) {
            return iterator(kept.headMap(upTo, true).values(), channel).next();
        }

        @Override
        public long newestPosition(ChannelIndex channel, Event event) {
            long newest = -1;
            for (Entry entry : kept.values()) {
                boolean isOfKey = entry instanceof Event other
                        && other.channel().equals(channel.name)
                        && TypeAndKey.of(other).equals(TypeAndKey.of(event));
                if (isOfKey) newest = entry.position();
            }
            return event.key() == null ? -1 : newest;
        }
    }
}
