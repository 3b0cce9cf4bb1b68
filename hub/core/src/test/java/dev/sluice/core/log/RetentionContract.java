package dev.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Retention: at least what the rule covers is kept, at most a tenth more.
public interface RetentionContract extends LogSubject {
    @Test
    default void keepsWhatTheRuleCoversAndUpToATenthMore() {
        try (var test = openKeeping(50)) {
            for (int i = 0; i < 200; i++) {
                test.publish("a", Integer.toString(i));
                assertThat(test.channel("a").events()).isBetween(Math.min(i + 1L, 50), 55L);
            }
            assertThat(test.all(test.earliest("a"), "a")).contains("150", "199").doesNotContain("140");
        }
    }

    @Test
    default void appliesTheRuleToEachChannelSeparately() {
        try (var test = openKeeping(2)) {
            test.publish("quiet", "q");
            for (int i = 0; i < 10; i++) test.publish("busy", Integer.toString(i));
            assertThat(test.all(test.earliest("**"), "**")).containsExactly("q", "8", "9");
        }
    }

    @Test
    default void dropsEventsBeyondTheBytes() {
        try (var test = open(new Retention(Duration.ofDays(1), 1_000, 50_000))) {
            String data = "x".repeat(10_000);
            for (int i = 0; i < 20; i++) test.publish("a", data);
            assertThat(test.channel("a").bytes()).isBetween(40_000L, 55_000L);
        }
    }

    @Test
    default void keepsTheNewestEventHoweverBig() {
        try (var test = open(new Retention(Duration.ofDays(1), 1_000, 1_000))) {
            test.publish("a", "small");
            Cursor big = test.publish("a", "x".repeat(5_000));
            assertThat(test.channel("a").latest()).isEqualTo(big);
            assertThat(test.channel("a").earliest()).isEqualTo(big);
            test.end("a");
            assertThat(test.channel("a").latest()).as("an end drops no event").isEqualTo(big);
        }
    }

    @Test
    default void dropsExpiredEventsAndNoOthers() {
        try (var test = open(new Retention(Duration.ofMinutes(10), 1_000, 1 << 20))) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.publish("a", "1");
            test.clock.advance(Duration.ofMinutes(4));
            test.publish("a", "2");
            test.clock.advance(Duration.ofMinutes(6));
            test.maintain();
            assertThat(test.all(begin, "a")).as("10 minutes old is not expired").containsExactly("1", "2");
            test.clock.advance(Duration.ofMinutes(4));
            test.maintain();
            assertThat(test.all(begin, "a")).as("10 minutes old is not expired").containsExactly("gap of TRIMMED", "2");
            test.clock.advance(Duration.ofHours(1));
            test.maintain();
            assertThat(test.all(begin, "a")).containsExactly("gap of TRIMMED");
            assertThat(test.channel("a")).isEqualTo(new ChannelState(new ChannelName("a"), null, null, null, 0, 0, 0));
        }
    }

    @Test
    default void expiresAnEndLikeAnEventAndReopensTheChannel() {
        try (var test = open(new Retention(Duration.ofMinutes(10), 1_000, 1 << 20))) {
            Cursor last = test.publish("a", "1");
            test.end("a");
            test.clock.advance(Duration.ofMinutes(12));
            test.maintain();
            assertThat(test.channel("a").end()).isNull();
            assertThat(test.log.channels(null, 10)).isEmpty();
            assertThat(test.all(ReadCursor.at(last), "a"))
                    .as("dropping an end is a loss too")
                    .containsExactly("gap of TRIMMED");
            test.publish("a", "anew");
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("anew");
            assertThat(test.all(ReadCursor.at(last), "a")).containsExactly("gap of TRIMMED", "anew");
        }
    }

    @Test
    default void doesNotCountAnEndAsAnEvent() {
        try (var test = openKeeping(2)) {
            test.publish("a", "1");
            test.publish("a", "2");
            test.end("a");
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("1", "2", "end of a");
        }
    }

    @Test
    default void trimsOnceAfterAnAtomicBatch() {
        try (var test = openKeeping(2)) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            Publication[] batch = List.of("1", "2", "3").stream()
                    .map(data -> new Publication(TestLog.draft("a", data, false), Conditions.NONE))
                    .toArray(Publication[]::new);
            assertThat(test.appendAll(batch)).isInstanceOf(AppendResult.Batch.All.class);
            assertThat(test.all(begin, "a")).containsExactly("gap of TRIMMED", "2", "3");
        }
    }

    @Test
    default void knowsTheNewestEventOfAKeyThroughTrims() {
        try (var test = openKeeping(2)) {
            test.keyed("a", "k", "1");
            test.keyed("a", "l", "2");
            test.keyed("a", "k", "3");
            ReadCursor kept = test.earliest("a");
            Filter snapshot = new Filter(Set.of(), false, test.log.head());
            assertThat(test.all(kept, snapshot, "a")).containsExactly("2", "3");
            test.keyed("a", "m", "4");
            test.keyed("a", "n", "5");
            Filter later = new Filter(Set.of(), true, test.log.head());
            assertThat(test.all(test.earliest("a"), later, "a")).containsExactly("4", "5");
        }
    }
}
