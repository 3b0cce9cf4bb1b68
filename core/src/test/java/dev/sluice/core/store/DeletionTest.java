package dev.sluice.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A deletion whose entries still go, slice by slice. It stands still here.
final class DeletionTest {
    private static final int SLICE = 10;
    private static final int EVENTS = 95;
    private static final ChannelName BIG = new ChannelName("big");
    private static final List<Selection> SELECTIONS = List.of(
            Selection.of("big", "small"), Selection.of("*"), Selection.of("**"), Selection.of("big", "no/*", "small"));

    private final Store store = new Store(
            Epochs.of(new Epoch("e")),
            new Limits(
                    120,
                    1 << 20,
                    1 << 20,
                    SLICE,
                    1_000,
                    10,
                    Duration.ofDays(1),
                    0,
                    Duration.ofDays(1),
                    0,
                    SLICE,
                    1_000),
            channel -> Retention.ALL,
            Backing.NONE);
    private final Place begin = Place.at(store.head());

    private Cursor publish(String channel, String data) {
        Staging staging = new Staging(store, 1);
        Draft draft = new Draft(new ChannelName(channel), "message", "k", null, Contents.text(data), false, false);
        staging.stage(new Publication(draft, Conditions.NONE));
        store.commit(staging, 1);
        return store.head();
    }

    private void fill() {
        publish("small", "first");
        for (int i = 0; i < EVENTS; i++) publish("big", "old");
        publish("small", "second");
    }

    /// What a reader gets from a place, to the head.
    private List<String> rest(Place from, Selection selection) {
        List<String> words = new ArrayList<>();
        Place place = from;
        while (true) {
            switch (new Reading(store, store.tail(), 100).read(place, selection, Filter.NONE, 100, 100)) {
                case Read.Batch(var entries, Cursor next) -> {
                    words.addAll(Contents.words(entries));
                    place = place.moved(next);
                }
                case Read.Missing(Gap gap, Place resume) -> {
                    words.add("gap of " + gap.reason());
                    place = resume;
                }
                case Read.CaughtUp _ -> {
                    return words;
                }
                case null, default -> throw new AssertionError("it can't say");
            }
        }
    }

    @Test
    void goesInSlices() {
        fill();
        assertThat(store.delete(BIG, 1)).isTrue();
        int slices = 0;
        for (; store.isClearing(); slices++) {
            int before = store.hub.kept();
            store.clearDeleted(SLICE);
            assertThat(before - store.hub.kept()).isLessThanOrEqualTo(SLICE);
        }
        assertThat(slices).isEqualTo((EVENTS - 1) / SLICE);
        assertThat(store.hub.kept()).isEqualTo(2);
    }

    @Test
    void showsNothingOfItFromTheFirstMomentOn() {
        fill();
        Cursor before = store.head();
        store.delete(BIG, 1);
        assertThat(store.isClearing()).isTrue();
        for (; store.isClearing(); store.clearDeleted(SLICE)) {
            for (Selection selection : SELECTIONS) {
                assertThat(rest(begin, selection))
                        .as("%s", selection)
                        .containsExactly("gap of DELETED", "first", "second");
                assertThat(rest(Place.at(before), selection)).containsExactly("gap of DELETED");
                for (Start start :
                        List.of(new Start.Earliest(), new Start.Last(2), new Start.Last(50), new Start.Since(0))) {
                    assertThat(rest(locate(start, selection), selection))
                            .as("%s of %s", start, selection)
                            .containsExactly("first", "second");
                }
            }
            assertThat(rest(Starts.oldest(store, store.tail()), Selection.of("**")))
                    .containsExactly("first", "second");
            assertThat(store.channel("big")
                            .state(store.head().position(), store.epochs())
                            .events())
                    .isZero();
            assertThat(store.entries()).isEqualTo(2);
            assertThat(store.delete(BIG, 1)).as("there is nothing to delete").isFalse();
        }
    }

    private Place locate(Start start, Selection selection) {
        Starts starts = new Starts(store, start, selection, Filter.NONE);
        Place place = null;
        while (place == null) place = starts.slice(store::tail);
        return place;
    }

    @Test
    void letsTheChannelBeginAnewMeanwhile() {
        fill();
        store.delete(BIG, 1);
        Cursor anew = publish("big", "new");
        assertThat(store.channel("big").latest()).isEqualTo(anew);
        for (Selection selection : SELECTIONS) {
            assertThat(rest(begin, selection)).containsExactly("gap of DELETED", "first", "second", "new");
        }
        assertThat(store.delete(BIG, 1)).as("a second time").isTrue();
        publish("big", "newest");
        while (store.isClearing()) store.clearDeleted(SLICE);
        for (Selection selection : SELECTIONS) {
            assertThat(rest(begin, selection)).containsExactly("gap of DELETED", "first", "second", "newest");
        }
        assertThat(store.hub.kept()).isEqualTo(3);
    }

    @Test
    void doesNotCountTowardsTheLimitsOfAll() {
        fill();
        store.delete(BIG, 1);
        for (int i = 0; i < 118; i++) publish("small", "more");
        assertThat(rest(begin, Selection.of("small"))).hasSize(120).startsWith("first", "second");
        for (int i = 0; i < 100; i++) publish("other", "yet more");
        assertThat(store.entries()).isLessThanOrEqualTo(120 + SLICE);
        while (store.isClearing()) store.clearDeleted(SLICE);
        assertThat(store.hub.kept()).isEqualTo((int) store.entries());
    }

    @Test
    void forgetsAKeyInSlices() {
        fill();
        Store.Forgetting sofar = store.forgetKey(BIG, "k");
        publish("big", "later");
        int slices = 1;
        for (; !sofar.isOver(); slices++) {
            assertThat(sofar.count()).isEqualTo(slices * SLICE);
            sofar = store.forgetKey(BIG, "k", sofar);
        }
        assertThat(sofar.count()).isEqualTo(EVENTS);
        assertThat(rest(begin, Selection.of("big"))).hasSize(EVENTS + 1).endsWith("(forgotten)", "later");
    }
}
