package dev.sluice.core.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.Start;
import dev.sluice.core.sequencer.Sequencer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A deletion whose entries are removed slice by slice, observed between the slices.
final class DeletionTest {
    private static final int SLICE = 10;
    private static final int EVENTS = 95;
    private static final ChannelName BIG = new ChannelName("big");
    private static final List<Selection> SELECTIONS = List.of(
            Selection.of("big", "small"), Selection.of("*"), Selection.of("**"), Selection.of("big", "no/*", "small"));

    private final LogLimits limits = LogLimits.builder()
            .entriesMax(120)
            .slackMax(SLICE)
            .marks(10, Duration.ofDays(1))
            .lookMax(SLICE)
            .searchMax(1_000)
            .build();
    private final Index index = new Index(Epochs.of(new Epoch("e")), limits, EntryStore.NONE);
    private final Sequencer sequencer = new Sequencer(index, limits, channel -> Retention.ALL);
    private final ReadCursor begin = ReadCursor.at(index.head());

    private Cursor publish(String channel, String data) {
        Draft draft = Draft.event(new ChannelName(channel), "message", EventFields.ofKey("k"), Contents.text(data));
        sequencer.append(new Publication(draft, Conditions.NONE), 1);
        sequencer.apply();
        return index.head();
    }

    private void fill() {
        publish("small", "first");
        for (int i = 0; i < EVENTS; i++) publish("big", "old");
        publish("small", "second");
    }

    /// The data that a reader gets from a place up to the head, with gaps as `gap of REASON`.
    private List<String> rest(ReadCursor from, Selection selection) {
        List<String> received = new ArrayList<>();
        ReadCursor place = from;
        while (true) {
            switch (new ReadPath(index, index.tail(), 100).read(place, selection, Filter.NONE, 100, 100)) {
                case Read.Batch(var entries, Cursor next) -> {
                    received.addAll(Contents.describeAll(entries));
                    place = place.moved(next);
                }
                case Read.Missing(Gap gap, ReadCursor resume) -> {
                    received.add("gap of " + gap.reason());
                    place = resume;
                }
                case Read.CaughtUp _ -> {
                    return received;
                }
                case null, default -> throw new AssertionError("too many marks to examine");
            }
        }
    }

    @Test
    void removesEntriesInSlices() {
        fill();
        assertThat(sequencer.delete(BIG, 1)).isTrue();
        int slices = 0;
        for (; index.isClearing(); slices++) {
            int before = index.tail().hub.kept();
            index.clearDeleted(SLICE);
            assertThat(before - index.tail().hub.kept()).isLessThanOrEqualTo(SLICE);
        }
        assertThat(slices).isEqualTo((EVENTS - 1) / SLICE);
        assertThat(index.tail().hub.kept()).isEqualTo(2);
    }

    @Test
    void hidesADeletedChannelFromReadersAtOnce() {
        fill();
        Cursor before = index.head();
        sequencer.delete(BIG, 1);
        assertThat(index.isClearing()).isTrue();
        for (; index.isClearing(); index.clearDeleted(SLICE)) {
            for (Selection selection : SELECTIONS) {
                assertThat(rest(begin, selection))
                        .as("%s", selection)
                        .containsExactly("gap of DELETED", "first", "second");
                assertThat(rest(ReadCursor.at(before), selection)).containsExactly("gap of DELETED");
                for (long position = 0; position < before.position(); position++) {
                    assertThat(rest(ReadCursor.at(index.cursor(position)), selection))
                            .doesNotContain("old");
                }
                for (Start start :
                        List.of(new Start.Earliest(), new Start.Last(2), new Start.Last(50), new Start.Since(0))) {
                    assertThat(rest(locate(start, selection), selection))
                            .as("%s of %s", start, selection)
                            .containsExactly("first", "second");
                }
            }
            assertThat(rest(StartLocator.oldest(index, index.tail()), Selection.of("**")))
                    .containsExactly("first", "second");
            assertThat(index.channel("big")
                            .state(index.head().position(), index.epochs())
                            .events())
                    .isZero();
            assertThat(index.entries()).isEqualTo(2);
            assertThat(sequencer.delete(BIG, 1)).as("nothing is left to delete").isFalse();
        }
    }

    private ReadCursor locate(Start start, Selection selection) {
        StartLocator locator = new StartLocator(index, start, selection, Filter.NONE);
        ReadCursor place = null;
        while (place == null) place = locator.slice(index::tail);
        return place;
    }

    @Test
    void acceptsPublishesBeforeTheDeletedEntriesAreRemoved() {
        fill();
        sequencer.delete(BIG, 1);
        Cursor first = publish("big", "new");
        assertThat(index.channel("big").latest()).isEqualTo(first.position());
        for (Selection selection : SELECTIONS) {
            assertThat(rest(begin, selection)).containsExactly("gap of DELETED", "first", "second", "new");
        }
        assertThat(sequencer.delete(BIG, 1)).as("a second time").isTrue();
        publish("big", "newest");
        while (index.isClearing()) index.clearDeleted(SLICE);
        for (Selection selection : SELECTIONS) {
            assertThat(rest(begin, selection)).containsExactly("gap of DELETED", "first", "second", "newest");
        }
        assertThat(index.tail().hub.kept()).isEqualTo(3);
    }

    @Test
    void doesNotCountDeletedEntriesTowardsTheLimits() {
        fill();
        sequencer.delete(BIG, 1);
        for (int i = 0; i < 118; i++) publish("small", "more");
        assertThat(rest(begin, Selection.of("small"))).hasSize(120).startsWith("first", "second");
        for (int i = 0; i < 100; i++) publish("other", "yet more");
        assertThat(index.entries()).isLessThanOrEqualTo(120 + SLICE);
        while (index.isClearing()) index.clearDeleted(SLICE);
        assertThat(index.tail().hub.kept()).isEqualTo((int) index.entries());
    }

    @Test
    void forgetsAKeyInSlices() {
        fill();
        Sequencer.ForgetProgress progress = sequencer.forgetKey(BIG, "k");
        publish("big", "later");
        int slices = 1;
        for (; !progress.isDone(); slices++) {
            assertThat(progress.count()).isEqualTo(slices * SLICE);
            progress = sequencer.forgetKey(BIG, "k", progress);
        }
        assertThat(slices).isEqualTo((EVENTS - 1) / SLICE + 1);
        assertThat(progress.count()).isEqualTo(EVENTS);
        assertThat(rest(begin, Selection.of("big"))).hasSize(EVENTS + 1).endsWith("(forgotten)", "later");
    }

    @Test
    void forgetsNoMoreThanSomeMegabytesOfAKeyAtOnce() {
        for (int i = 0; i < 3; i++) publish("big", "x".repeat(3 << 20));
        Sequencer.ForgetProgress progress = sequencer.forgetKey(BIG, "k");
        assertThat(progress.count()).isEqualTo(2);
        assertThat(progress.isDone()).isFalse();
        assertThat(sequencer.forgetKey(BIG, "k", progress).count()).isEqualTo(3);
    }
}
