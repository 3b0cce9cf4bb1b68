package dev.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A channel that retains the newest event of each key: a snapshot has all of them, however much was trimmed, and
/// readers get gaps for dropped events only.
public interface KeyRetentionContract extends LogSubject {
    private TestLog keeping(int events) {
        return open(Retention.events(events).andNewestOfKey());
    }

    private static List<String> snapshot(TestLog test) {
        Filter newest = new Filter(Set.of(), false, test.log.head());
        return test.all(test.earliest("a"), newest, "a");
    }

    private static void fill(TestLog test, String... data) {
        for (String each : data) test.publish("a", each);
    }

    @Test
    default void keepsTheNewestOfEachKeyThroughTrims() {
        try (var test = keeping(2)) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.keyed("a", "k", "old");
            test.keyed("a", "k", "k");
            test.keyed("a", "l", "l");
            fill(test, "1", "2", "3", "4");
            assertThat(snapshot(test)).containsExactly("k", "l");
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("k", "l", "3", "4");
            assertThat(test.all(begin, "a")).containsExactly("gap of TRIMMED", "k", "l", "3", "4");
            assertThat(test.channel("a").events()).isEqualTo(4);
        }
    }

    @Test
    default void keepsTheNewestOfEachKeyHoweverOld() {
        try (var test = open(new Retention(Duration.ofMinutes(10), 1_000, 1 << 20).andNewestOfKey())) {
            test.keyed("a", "k", "k");
            Cursor newest = test.publish("a", "x");
            test.publish("b", "b");
            test.clock.advance(Duration.ofDays(1));
            test.maintain();
            assertThat(snapshot(test)).containsExactly("k");
            assertThat(test.channel("a").latest())
                    .as("otherwise an older event would become the newest")
                    .isEqualTo(newest);
            assertThat(test.all(test.earliest("**"), "**")).containsExactly("k", "x");
            fill(test, "y");
            test.clock.advance(Duration.ofDays(1));
            test.maintain();
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("k", "y");
        }
    }

    @Test
    default void dropsRetainedEventsOnceSuperseded() {
        try (var test = keeping(2)) {
            test.keyed("a", "k", "k1");
            test.keyed("a", "l", "l1");
            fill(test, "1", "2", "3");
            test.keyed("a", "k", "k2");
            fill(test, "4", "5", "6");
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("l1", "k2", "5", "6");
        }
    }

    @Test
    default void dropsTheRetainedEventOfAnEndedKey() {
        try (var test = keeping(2)) {
            test.keyed("a", "k", "k");
            test.keyed("a", "l", "l");
            fill(test, "1", "2", "3");
            test.keyEnd("a", "k", "no more");
            assertThat(snapshot(test)).containsExactly("l");
            fill(test, "4", "5", "6");
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("l", "5", "6");
        }
    }

    @Test
    default void dropsAllRetainedEventsWhenTheEndOfTheChannelExpires() {
        try (var test = open(new Retention(Duration.ofMinutes(10), 1_000, 1 << 20).andNewestOfKey())) {
            test.keyed("a", "k", "k");
            test.clock.advance(Duration.ofMinutes(20));
            test.maintain();
            test.end("a");
            test.clock.advance(Duration.ofMinutes(10));
            test.maintain();
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("k", "end of a");
            test.clock.advance(Duration.ofMinutes(2));
            test.maintain();
            assertThat(test.channel("a").events()).isZero();
            assertThat(test.channel("a").end()).isNull();
        }
    }

    /// A mark has one position up to which events are gone: after a gap for the old k alone, a reader would get
    /// further gaps for the events before it.
    @Test
    default void keepsSupersededEventsBeforeAGapUntilTheNextGap() {
        try (var test = keeping(2)) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.keyed("a", "k", "k");
            test.keyed("a", "l", "l");
            fill(test, "1", "2");
            test.keyed("a", "m", "m");
            test.keyed("a", "n", "n");
            ReadCursor aware = ((Read.Missing) test.read(begin, "a")).resume();
            assertThat(aware.cursor()).as("k is kept").isEqualTo(begin.cursor());
            test.keyed("a", "k", "newer");
            fill(test, "x");
            assertThat(test.all(aware, "a")).containsExactly("k", "l", "m", "n", "newer", "x");
            assertThat(snapshot(test)).containsExactly("l", "m", "n", "newer");
            fill(test, "y", "z");
            assertThat(test.all(aware, "a")).containsExactly("gap of TRIMMED", "l", "m", "n", "newer", "y", "z");
        }
    }

    /// Otherwise a million keys would grow without limit.
    @Test
    default void retainsAtMostTwiceTheByteLimit() {
        try (var test = open(new Retention(Duration.ofDays(1), 10, 20_000).andNewestOfKey())) {
            List<String> newest = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                String data = i + "x".repeat(500);
                newest.add(data);
                test.keyed("a", "key" + i, data);
                assertThat(test.channel("a").events()).isLessThan(60);
            }
            List<String> kept = snapshot(test);
            assertThat(kept).hasSizeGreaterThan(30);
            assertThat(newest).endsWith(kept.toArray(String[]::new));
        }
    }

    @Test
    default void deletesRetainedEvents() {
        try (var test = keeping(2)) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.keyed("a", "k", "k");
            fill(test, "1", "2", "3");
            test.delete("a");
            assertThat(test.all(begin, "a")).containsExactly("gap of DELETED");
            fill(test, "4", "5", "6");
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("5", "6");
        }
    }

    @Test
    default void forgetsRetainedEvents() {
        try (var test = keeping(2)) {
            test.keyed("a", "k", "secret");
            fill(test, "1", "2", "3");
            assertThat(test.forgetKey("a", "k")).isEqualTo(1);
            assertThat(snapshot(test)).doesNotContain("secret").hasSize(1);
        }
    }
}
