package dev.sluice.core.log;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Event;
import dev.sluice.core.search.EventScan;
import dev.sluice.core.search.EventSlice;
import dev.sluice.core.search.ScanRange;
import dev.sluice.core.search.TimeSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Going through a part of the log, against a list of what was published.
public interface ScanContract extends LogSubject {
    /// An event as the model knows it.
    record Known(String channel, Cursor id, long timeMs) {}

    private static List<Cursor> ids(TestLog test, ScanRange range) {
        EventScan scan = get(EventScan.open(test.log, range));
        List<Cursor> ids = new ArrayList<>();
        while (true) {
            EventSlice slice = get(scan.next());
            assertThat(slice.events()).hasSizeLessThanOrEqualTo(EventScan.EVENTS_MAX);
            slice.events().stream().map(Event::id).forEach(ids::add);
            if (slice.isLast()) return ids;
        }
    }

    private static ScanRange all(boolean newestFirst, String... selection) {
        return new ScanRange(Selection.of(selection), newestFirst, null, null, null, null);
    }

    @Test
    default void scansAnyRangeInBothDirections() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (var test = open()) {
            List<Known> known = new ArrayList<>();
            for (int i = 0; i < 1_500; i++) {
                String channel = random.nextInt(3) == 0 ? "b" : "a/x";
                Cursor id = test.publish(channel, "data " + i);
                known.add(new Known(channel, id, test.clock.millis()));
                if (random.nextInt(4) == 0) test.clock.advance(Duration.ofMillis(random.nextInt(3_000)));
            }
            for (int i = 0; i < 60; i++) {
                boolean newestFirst = random.nextBoolean();
                String selection = List.of("a/x", "b", "**", "a/*", "none").get(random.nextInt(5));
                Known one = known.get(random.nextInt(known.size()));
                Known other = known.get(random.nextInt(known.size()));
                @Nullable Long since = random.nextBoolean() ? one.timeMs - random.nextInt(2) : null;
                @Nullable Long until = random.nextBoolean() ? other.timeMs + random.nextInt(2) : null;
                @Nullable Cursor after = random.nextInt(3) == 0 ? one.id : null;
                @Nullable Cursor before = random.nextInt(3) == 0 ? other.id : null;
                var range = new ScanRange(
                        Selection.of(selection),
                        newestFirst,
                        since,
                        until,
                        after == null ? null : after.text(),
                        before == null ? null : before.text());
                Predicate<Known> isMeant =
                        each -> (selection.equals("**") || each.channel.equals(selection.replace('*', 'x')))
                                && (since == null || each.timeMs >= since)
                                && (until == null || each.timeMs < until)
                                && (after == null || after.isBefore(each.id))
                                && (before == null || each.id.isBefore(before));
                List<Known> meant = known.stream().filter(isMeant).toList();
                TimeSpan span = meant.isEmpty() ? null : new TimeSpan(meant.getFirst().timeMs, meant.getLast().timeMs);
                assertThat(get(get(EventScan.open(test.log, range)).span(Runnable::run)))
                        .as("span, seed %s, %s", seed, range)
                        .isEqualTo(span);
                List<Cursor> expected = meant.stream().map(Known::id).toList();
                if (newestFirst) expected = expected.reversed();
                assertThat(ids(test, range)).as("seed %s, %s", seed, range).isEqualTo(expected);
            }
        }
    }

    @Test
    default void skipsRemovedAndLaterEntries() {
        try (var test = openKeeping(3)) {
            for (int i = 0; i < 5; i++) test.publish("a", "a " + i);
            test.publish("b", "b");
            test.delete("b");
            test.publish("b", "again");
            EventScan scan = get(EventScan.open(test.log, all(false, "a", "b")));
            List<Cursor> there = ids(test, all(true, "a", "b")).reversed();
            assertThat(there).hasSize(4);
            test.end("a");
            test.publish("b", "later");
            List<Cursor> found = new ArrayList<>();
            EventSlice slice;
            do {
                slice = get(scan.next());
                slice.events().forEach(each -> found.add(each.id()));
            } while (!slice.isLast());
            assertThat(found).isEqualTo(there);
            assertThat(ids(test, all(true, "a", "b"))).hasSize(5).doesNotHaveDuplicates();
        }
    }

    @Test
    default void findsTheTimesOfEventsBesideTheEndsOfManyChannels() {
        try (var test = open()) {
            test.publish("c/0", "only");
            long timeMs = test.clock.millis();
            for (int i = 0; i < 10_000; i++) test.end("c/" + i);
            var scan = get(EventScan.open(test.log, all(true, "c/*")));
            assertThat(get(scan.span(Runnable::run))).isEqualTo(new TimeSpan(timeMs, timeMs));
        }
    }

    @Test
    default void continuesWhereAnotherScanStopped() {
        try (var test = open()) {
            List<Cursor> all = new ArrayList<>();
            for (int i = 0; i < 10; i++) all.add(test.publish("a", "data " + i));
            var rest = new ScanRange(
                    Selection.of("a"), true, null, null, null, all.get(4).text());
            assertThat(ids(test, rest)).isEqualTo(all.subList(0, 4).reversed());
            var ahead = new ScanRange(Selection.of("a"), false, null, null, "foreign-7", "foreign-999999");
            assertThat(ids(test, ahead)).as("cursors of another log").isEqualTo(all);
        }
    }
}
