package dev.sluice.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.Start;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/// A trim that has begun: its marks are out, its entries are still there. It stands still here.
final class UnsettledTest {
    private static final long DROPPED = 2;
    private static final long AT = 6;
    private static final List<Selection> SELECTIONS =
            List.of(Selection.of("a"), Selection.of("a", "b"), Selection.of("*"));

    private final Store store = new Store(
            Epochs.of(new Epoch("e")),
            new Limits(100, 100_000, 100_000, 10, 1_000, 10, Duration.ofDays(1), 0, Duration.ofDays(1), 0, 100, 100),
            channel -> Retention.ALL,
            Backing.NONE);
    private final Reading reading = new Reading(store, store.tail());
    private final Place begin = Place.at(store.head());

    UnsettledTest() {
        for (String data : List.of("1", "2", "3", "4", "5")) {
            Staging staging = new Staging(store, 1);
            Draft draft = Draft.event(new ChannelName("a"), "message", Contents.text(data));
            staging.stage(new Publication(draft, Conditions.NONE));
            store.commit(staging, 1);
        }
        store.marks.put(store.channel("a"), new Mark(DROPPED, AT, false));
        store.marks.publish(AT);
    }

    private List<String> words(Place place, Selection selection) {
        return Contents.words(((Read.Batch) reading.read(place, selection, Filter.NONE, 100, 100)).entries());
    }

    @Test
    void showsNothingOfItToWhoIsTold() {
        for (Selection selection : SELECTIONS) {
            Read.Missing missing = (Read.Missing) reading.read(begin, selection, Filter.NONE, 100, 100);
            assertThat(missing.resume().cursor()).isEqualTo(store.cursor(DROPPED));
            assertThat(words(missing.resume(), selection)).containsExactly("3", "4", "5");
            Place knowing = new Place(begin.cursor(), store.cursor(AT));
            assertThat(words(knowing, selection)).containsExactly("3", "4", "5");
        }
    }

    /// A mark is there a moment before readers are shown it. Told as of before, it would be told again.
    @Test
    void isToldOnceThoughItsMarkIsMetBeforeItIsShown() throws Exception {
        Selection selection = Selection.of("a");
        for (long at = AT + 1; at < AT + 300; at++) {
            store.marks.put(store.channel("a"), new Mark(DROPPED, at, false));
            CountDownLatch begun = new CountDownLatch(1);
            FutureTask<Read> read = new FutureTask<>(() -> {
                begun.countDown();
                return reading.read(begin, selection, Filter.NONE, 100, 100);
            });
            Thread.ofPlatform().start(read);
            begun.await();
            for (int i = 0; i < 2_000; i++) Thread.onSpinWait(); // So that it is met in most rounds.
            store.marks.publish(at);
            Read.Missing missing = (Read.Missing) read.get();
            assertThat(reading.read(missing.resume(), selection, Filter.NONE, 100, 100))
                    .isInstanceOf(Read.Batch.class);
        }
    }

    @Test
    void showsNothingOfItToWhoBeginsNow() {
        for (Selection selection : SELECTIONS) {
            for (Start start : List.of(new Start.Earliest(), new Start.Last(5), new Start.Since(0))) {
                Place place = new Starts(store, start, selection, Filter.NONE).slice(store::tail);
                assertThat(words(place, selection)).as("%s", start).containsExactly("3", "4", "5");
            }
        }
        assertThat(store.channel("a").state(5, store.epochs()).earliest()).isEqualTo(store.cursor(3));
        assertThat(words(Starts.oldest(store, store.tail()), Selection.of("**")))
                .containsExactly("3", "4", "5");
    }

    /// What is read from a backing is as it was when the way was begun, also when the drop is over the moment after.
    @Test
    void showsNothingOfItThroughAWayThatWasBegunBefore() {
        for (Selection selection : SELECTIONS) {
            Source late = new LateSource(store.tail(), () -> store.marks.settle(AT));
            Place knowing = new Place(begin.cursor(), store.cursor(AT));
            Read read = new Reading(store, late).read(knowing, selection, Filter.NONE, 100, 100);
            assertThat(Contents.words(((Read.Batch) read).entries())).containsExactly("3", "4", "5");
            store.marks.settle(0);
        }
    }

    /// Does something as soon as a way is begun.
    private record LateSource(Source source, Runnable begun) implements Source {
        private Way begin(Way way) {
            begun.run();
            return way;
        }

        @Override
        public Way after(Channel channel, long position, long upTo) {
            return begin(source.after(channel, position, upTo));
        }

        @Override
        public Way after(long position, long upTo) {
            return begin(source.after(position, upTo));
        }

        @Override
        public Way back(Channel channel, long position) {
            return begin(source.back(channel, position));
        }

        @Override
        public Way back(long position) {
            return begin(source.back(position));
        }

        @Override
        public Entry firstNotOlder(Channel channel, long timeMs, long upTo) {
            return source.firstNotOlder(channel, timeMs, upTo);
        }

        @Override
        public long newestPlace(Channel channel, Event event) {
            return source.newestPlace(channel, event);
        }
    }

    @Test
    void passesAsIfItWereOver() {
        Place place = new Starts(store, new Start.Earliest(), Selection.of("a"), Filter.NONE).slice(store::tail);
        assertThat(place.cursor()).isEqualTo(new Cursor(new Epoch("e"), DROPPED));
        store.marks.settle(AT);
        assertThat(words(place, Selection.of("a"))).containsExactly("3", "4", "5");
    }
}
