package dev.sluice.core.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.Start;
import dev.sluice.core.sequencer.Sequencer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/// A trim in progress: its marks are published, its entries are not removed yet.
final class UnsettledTrimIteratorTest {
    private static final long DROPPED = 2;
    private static final long AT = 6;
    private static final List<Selection> SELECTIONS =
            List.of(Selection.of("a"), Selection.of("a", "b"), Selection.of("*"));

    private final LogLimits limits = LogLimits.builder()
            .entriesMax(100)
            .slackMax(10)
            .marks(10, Duration.ofDays(1))
            .lookMax(100)
            .build();
    private final Index index = new Index(Epochs.of(new Epoch("e")), limits, EntryStore.NONE);
    private final Sequencer sequencer = new Sequencer(index, limits, channel -> Retention.ALL);
    private final ReadPath reads = new ReadPath(index, index.tail());
    private final ReadCursor begin = ReadCursor.at(index.head());

    UnsettledTrimIteratorTest() {
        for (String data : List.of("1", "2", "3", "4", "5")) {
            Draft draft = Draft.event(new ChannelName("a"), "message", Contents.text(data));
            sequencer.append(new Publication(draft, Conditions.NONE), 1);
            sequencer.apply();
        }
        index.marks.put(index.channel("a"), new TrimMark(DROPPED, AT, false));
        index.marks.publish(AT);
    }

    private List<String> dataOf(ReadCursor place, Selection selection) {
        return Contents.describeAll(((Read.Batch) reads.read(place, selection, Filter.NONE, 100, 100)).entries());
    }

    @Test
    void hidesDroppedEntriesFromReadersThatGotTheGap() {
        for (Selection selection : SELECTIONS) {
            Read.Missing missing = (Read.Missing) reads.read(begin, selection, Filter.NONE, 100, 100);
            assertThat(missing.resume().cursor()).isEqualTo(index.cursor(DROPPED));
            assertThat(dataOf(missing.resume(), selection)).containsExactly("3", "4", "5");
            ReadCursor aware = new ReadCursor(begin.cursor(), index.cursor(AT));
            assertThat(dataOf(aware, selection)).containsExactly("3", "4", "5");
        }
    }

    /// A mark is put just before it is published. A gap reported as of the moment before would be reported again.
    @Test
    void reportsAGapOnceThoughItsMarkIsFoundBeforeItIsPublished() throws Exception {
        Selection selection = Selection.of("a");
        for (long at = AT + 1; at < AT + 300; at++) {
            index.marks.put(index.channel("a"), new TrimMark(DROPPED, at, false));
            CountDownLatch started = new CountDownLatch(1);
            FutureTask<Read> read = new FutureTask<>(() -> {
                started.countDown();
                return reads.read(begin, selection, Filter.NONE, 100, 100);
            });
            Thread.ofPlatform().start(read);
            started.await();
            for (int i = 0; i < 2_000; i++) Thread.onSpinWait(); // So that most rounds find it unpublished.
            index.marks.publish(at);
            Read.Missing missing = (Read.Missing) read.get();
            assertThat(reads.read(missing.resume(), selection, Filter.NONE, 100, 100))
                    .isInstanceOf(Read.Batch.class);
        }
    }

    @Test
    void hidesDroppedEntriesFromNewReaders() {
        for (Selection selection : SELECTIONS) {
            for (Start start : List.of(new Start.Earliest(), new Start.Last(5), new Start.Since(0))) {
                ReadCursor place = new StartLocator(index, start, selection, Filter.NONE).slice(index::tail);
                assertThat(dataOf(place, selection)).as("%s", start).containsExactly("3", "4", "5");
            }
        }
        assertThat(index.channel("a").state(5, index.epochs()).earliest()).isEqualTo(index.cursor(3));
        assertThat(dataOf(StartLocator.oldest(index, index.tail()), Selection.of("**")))
                .containsExactly("3", "4", "5");
    }

    /// An iterator over a backing returns what was there when it was opened, even if the trim is settled right after.
    @Test
    void hidesDroppedEntriesFromIteratorsOpenedBefore() {
        for (Selection selection : SELECTIONS) {
            EntrySource late = new ForwardingSource(index.tail(), iterator -> {
                index.marks.settle(AT);
                return iterator;
            });
            ReadCursor aware = new ReadCursor(begin.cursor(), index.cursor(AT));
            Read read = new ReadPath(index, late).read(aware, selection, Filter.NONE, 100, 100);
            assertThat(Contents.describeAll(((Read.Batch) read).entries())).containsExactly("3", "4", "5");
            index.marks.settle(0);
        }
    }
}
