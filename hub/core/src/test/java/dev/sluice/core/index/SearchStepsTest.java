package dev.sluice.core.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.sluice.core.log.SearchLimit;
import dev.sluice.core.log.SearchRejectedException;
import dev.sluice.core.log.Start;
import dev.sluice.core.sequencer.Sequencer;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The number of entries examined by reads and searches, in a log far larger than their limits.
final class SearchStepsTest {
    private static final int LOOK_MAX = 50;
    private static final int SEARCH_MAX = 500;
    private static final Filter NO_MATCH = Filter.types(Set.of("nope"));

    private final LogLimits limits = LogLimits.builder()
            .entriesMax(1 << 20)
            .slackMax(10)
            .marks(10_000, Duration.ofDays(1))
            .lookMax(LOOK_MAX)
            .searchMax(SEARCH_MAX)
            .build();
    private final Index index = new Index(Epochs.of(new Epoch("e")), limits, EntryStore.NONE);
    private final Sequencer sequencer = new Sequencer(index, limits, channel -> Retention.ALL);
    private final EntrySource source = new ForwardingSource(index.tail(), this::counted);
    private final ReadCursor begin = ReadCursor.at(index.head());
    private int returned; // Entries, by the iterators of the source.

    private void publish(String channel) {
        Draft draft = Draft.event(new ChannelName(channel), "message", Contents.text("x"));
        sequencer.append(new Publication(draft, Conditions.NONE), 1);
        sequencer.apply();
    }

    private void fill() {
        publish("rare/1");
        publish("rare/2");
        for (int i = 0; i < 3_000; i++) publish("big");
    }

    private @Nullable Read read(ReadCursor place, String pattern) {
        return new ReadPath(index, source).read(place, Selection.of(pattern), Filter.NONE, 10, 1_000);
    }

    private @Nullable ReadCursor slice(Start start, String pattern, Filter filter) {
        return new StartLocator(index, start, Selection.of(pattern), filter).slice(() -> source);
    }

    @Test
    void aWildcardExaminesOnlyEntriesOfItsChannels() {
        fill();
        assertThat(slice(new Start.Last(10), "zz/**", Filter.NONE)).isNotNull();
        assertThat(slice(new Start.Last(10), "rare/*", Filter.NONE)).isNotNull();
        assertThat(read(begin, "zz/*")).isEqualTo(new Read.CaughtUp(index.head()));
        assertThat(read(begin, "*/2"))
                .isInstanceOfSatisfying(
                        Read.Batch.class, batch -> assertThat(batch.entries()).hasSize(1));
        assertThat(returned).isLessThanOrEqualTo(10);
    }

    @Test
    void aSearchIsLimitedInEachSliceAndInTotal() {
        fill();
        StartLocator locator = new StartLocator(index, new Start.Last(10), Selection.of("big"), NO_MATCH);
        assertThatThrownBy(() -> {
                    while (true) {
                        int before = returned;
                        assertThat(locator.slice(() -> source)).isNull();
                        assertThat(returned - before).isLessThanOrEqualTo(LOOK_MAX);
                    }
                })
                .isInstanceOfSatisfying(
                        SearchRejectedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(SearchLimit.TOO_LONG));
        assertThat(returned).isEqualTo(SEARCH_MAX);
    }

    @Test
    void aWildcardWithAnOldCursorExaminesOnlyMarksOfItsChannels() {
        publish("kept/1");
        for (int i = 0; i < 500; i++) {
            publish("e/" + i);
            sequencer.delete(new ChannelName("e/" + i), 1);
        }
        assertThat(read(begin, "zz/*")).isInstanceOf(Read.CaughtUp.class);
        assertThat(read(begin, "kept/*")).isInstanceOf(Read.Batch.class);
        assertThat(read(begin, "e/7")).isInstanceOf(Read.Missing.class);
        assertThat(read(ReadCursor.at(index.head()), "e/*")).isInstanceOf(Read.CaughtUp.class);
        Read.Missing missing = (Read.Missing)
                new ReadPath(index, source, Integer.MAX_VALUE).read(begin, Selection.of("**"), Filter.NONE, 10, 1_000);
        assertThat(read(missing.resume(), "**")).as("the gap is known").isInstanceOf(Read.Batch.class);
    }

    /// Such a read runs on a thread of the pool.
    @Test
    void tooManyMarksAreNotExaminedOnAnEventLoop() {
        for (int i = 0; i < 2_000; i++) {
            publish("e/" + i);
            sequencer.delete(new ChannelName("e/" + i), 1);
        }
        assertThat(read(begin, "e/*")).isNull();
        assertThat(read(begin, "e/7/*")).isInstanceOf(Read.CaughtUp.class);
        assertThat(new ReadPath(index, source, Integer.MAX_VALUE)
                        .read(begin, Selection.of("e/*"), Filter.NONE, 10, 1_000))
                .isInstanceOf(Read.Missing.class);
    }

    private EntryIterator counted(EntryIterator iterator) {
        return () -> {
            Entry entry = iterator.next();
            if (entry != null) returned++;
            return entry;
        };
    }
}
