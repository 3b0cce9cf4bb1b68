package dev.sluice.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
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
import dev.sluice.core.log.SearchRefused;
import dev.sluice.core.log.Start;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// How many entries are looked at for one question, in a log that is large for what one question may look at.
final class SearchStepsTest {
    private static final int LOOK_MAX = 50;
    private static final int SEARCH_MAX = 500;
    private static final Filter NOPE = Filter.types(Set.of("nope"));

    private final Store store = new Store(
            Epochs.of(new Epoch("e")),
            new Limits(
                    1 << 20,
                    1 << 30,
                    1 << 30,
                    10,
                    10_000,
                    10_000,
                    Duration.ofDays(1),
                    0,
                    Duration.ofDays(1),
                    0,
                    LOOK_MAX,
                    SEARCH_MAX),
            channel -> Retention.ALL,
            Backing.NONE);
    private final Counting source = new Counting(store.tail());
    private final Place begin = Place.at(store.head());

    private void publish(String channel) {
        Staging staging = new Staging(store, 1);
        Draft draft = Draft.event(new ChannelName(channel), "message", Contents.text("x"));
        staging.stage(new Publication(draft, Conditions.NONE));
        store.commit(staging, 1);
    }

    private void fill() {
        publish("rare/1");
        publish("rare/2");
        for (int i = 0; i < 3_000; i++) publish("big");
    }

    private @Nullable Read read(Place place, String pattern) {
        return new Reading(store, source).read(place, Selection.of(pattern), Filter.NONE, 10, 1_000);
    }

    private @Nullable Place slice(Start start, String pattern, Filter filter) {
        return new Starts(store, start, Selection.of(pattern), filter).slice(() -> source);
    }

    @Test
    void aWildcardLooksAtNothingButItsChannels() {
        fill();
        assertThat(slice(new Start.Last(10), "zz/**", Filter.NONE)).isNotNull();
        assertThat(slice(new Start.Last(10), "rare/*", Filter.NONE)).isNotNull();
        assertThat(read(begin, "zz/*")).isEqualTo(new Read.CaughtUp(store.head()));
        assertThat(read(begin, "*/2"))
                .isInstanceOfSatisfying(
                        Read.Batch.class, batch -> assertThat(batch.entries()).hasSize(1));
        assertThat(source.shown).isLessThanOrEqualTo(10);
    }

    @Test
    void aSearchLooksAtSoManyEntriesInOneSliceAndEndsInTheEnd() {
        fill();
        Starts starts = new Starts(store, new Start.Last(10), Selection.of("big"), NOPE);
        assertThatThrownBy(() -> {
                    while (true) {
                        int before = source.shown;
                        assertThat(starts.slice(() -> source)).isNull();
                        assertThat(source.shown - before).isLessThanOrEqualTo(LOOK_MAX);
                    }
                })
                .isInstanceOfSatisfying(
                        SearchRefused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(SearchRefused.Reason.TOO_LONG));
        assertThat(source.shown).isEqualTo(SEARCH_MAX);
    }

    @Test
    void aWildcardsOldCursorLooksAtTheMarksOfItsChannelsOnly() {
        publish("kept/1");
        for (int i = 0; i < 500; i++) {
            publish("e/" + i);
            store.delete(new ChannelName("e/" + i), 1);
        }
        assertThat(read(begin, "zz/*")).isInstanceOf(Read.CaughtUp.class);
        assertThat(read(begin, "kept/*")).isInstanceOf(Read.Batch.class);
        assertThat(read(begin, "e/7")).isInstanceOf(Read.Missing.class);
        assertThat(read(Place.at(store.head()), "e/*")).isInstanceOf(Read.CaughtUp.class);
        Read.Missing told = (Read.Missing)
                new Reading(store, source, Integer.MAX_VALUE).read(begin, Selection.of("**"), Filter.NONE, 10, 1_000);
        assertThat(read(told.resume(), "**")).as("it knows").isInstanceOf(Read.Batch.class);
    }

    /// Then it is asked of a thread that may take its time.
    @Test
    void tooManyMarksAreNotLookedAtHere() {
        for (int i = 0; i < 2_000; i++) {
            publish("e/" + i);
            store.delete(new ChannelName("e/" + i), 1);
        }
        assertThat(read(begin, "e/*")).isNull();
        assertThat(read(begin, "e/7/*")).isInstanceOf(Read.CaughtUp.class);
        assertThat(new Reading(store, source, Integer.MAX_VALUE)
                        .read(begin, Selection.of("e/*"), Filter.NONE, 10, 1_000))
                .isInstanceOf(Read.Missing.class);
    }

    /// Counts the entries that its ways show.
    private static final class Counting implements Source {
        private final Source source;
        int shown;

        Counting(Source source) {
            this.source = source;
        }

        private Way counted(Way way) {
            return () -> {
                Entry entry = way.next();
                if (entry != null) shown++;
                return entry;
            };
        }

        @Override
        public Way after(Channel channel, long position, long upTo) {
            return counted(source.after(channel, position, upTo));
        }

        @Override
        public Way after(long position, long upTo) {
            return counted(source.after(position, upTo));
        }

        @Override
        public Way back(Channel channel, long position) {
            return counted(source.back(channel, position));
        }

        @Override
        public Way back(long position) {
            return counted(source.back(position));
        }

        @Override
        public @Nullable Entry firstNotOlder(@Nullable Channel channel, long timeMs, long upTo) {
            return source.firstNotOlder(channel, timeMs, upTo);
        }

        @Override
        public long newestPlace(Channel channel, Event event) {
            return source.newestPlace(channel, event);
        }
    }
}
