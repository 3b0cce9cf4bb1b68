package dev.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Deleting a channel, and erasing the data of single events.
public interface DeleteContract extends LogSubject {
    @Test
    default void deletesEventsAndTheEndOfAChannel() {
        try (var test = open()) {
            test.publish("a", "1");
            test.end("a");
            test.publish("b", "2");
            assertThat(test.delete("a")).isTrue();
            assertThat(test.channel("a")).isEqualTo(new ChannelState(new ChannelName("a"), null, null, null, 0, 0, 0));
            assertThat(test.all(test.earliest("**"), "**")).containsExactly("2");
            test.publish("a", "new");
            assertThat(test.channel("a").events()).isEqualTo(1);
            assertThat(test.all(test.earliest("**"), "**")).containsExactly("2", "new");
        }
    }

    @Test
    default void deletesNothingFromAnEmptyChannel() {
        try (var test = open()) {
            test.publish("b", "1");
            Cursor head = test.log.head();
            assertThat(test.delete("a")).isFalse();
            assertThat(test.log.head()).isEqualTo(head);
            assertThat(test.delete("b")).isTrue();
            assertThat(test.delete("b")).isFalse();
        }
    }

    @Test
    default void reportsADeletionToReaders() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.publish("a", "1");
            ReadCursor caughtUp = ReadCursor.at(test.publish("b", "2"));
            test.delete("a");
            test.publish("a", "3");
            assertThat(test.all(begin, "a")).containsExactly("gap of DELETED", "3");
            assertThat(test.all(caughtUp, "a"))
                    .as("also a reader that received everything")
                    .containsExactly("gap of DELETED", "3");
            assertThat(test.all(begin, "**")).containsExactly("gap of DELETED", "2", "3");
            assertThat(test.all(begin, "b")).containsExactly("2");
            assertThat(test.all(ReadCursor.at(test.log.head()), "**")).isEmpty();
        }
    }

    @Test
    default void reportsADeletionAsAChange() {
        try (var test = open()) {
            Cursor before = test.publish("a", "1");
            AtomicInteger calls = new AtomicInteger();
            test.log.onHeadMoved(calls::incrementAndGet);
            test.delete("a");
            assertThat(calls).hasPositiveValue();
            assertThat(test.log.head()).isGreaterThan(before);
            List<ChannelName> changed = new ArrayList<>();
            assertThat(test.log.changedSince(before, changed::add)).isEqualTo(test.log.head());
            assertThat(changed).containsOnly(new ChannelName("a"));
        }
    }

    @Test
    default void forgetsDataAndKeepsTheId() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            Cursor first = test.keyed("a", "k", "secret");
            test.publish("a", "2");
            assertThat(test.forget("a", first)).isTrue();
            assertThat(test.all(begin, "a")).containsExactly("(forgotten)", "2");
            assertThat(test.all(begin, "**")).containsExactly("(forgotten)", "2");
            Event forgotten =
                    (Event) ((Read.Batch) test.read(begin, "a")).entries().getFirst();
            assertThat(forgotten.id()).isEqualTo(first);
            assertThat(forgotten.key()).isEqualTo("k");
            assertThat(forgotten.content().bytes()).isEmpty();
            assertThat(test.channel("a").events()).isEqualTo(2);
            assertThat(test.channel("a").bytes()).isEqualTo(1);
            assertThat(test.forget("a", first))
                    .as("it is kept, without its data")
                    .isTrue();
        }
    }

    @Test
    default void forgetsOnlyEventsThatTheChannelKeeps() {
        try (var test = open()) {
            Cursor first = test.publish("a", "1");
            Cursor end = test.end("a");
            assertThat(test.forget("b", first)).isFalse();
            test.publish("b", "2");
            assertThat(test.forget("b", first)).isFalse();
            assertThat(test.forget("a", end)).as("an end has no data").isFalse();
            assertThat(test.forget("a", new Cursor(new dev.sluice.core.cursor.Epoch("other"), first.position())))
                    .as("another log's event")
                    .isFalse();
            test.delete("a");
            assertThat(test.forget("a", first)).isFalse();
            assertThat(test.all(test.earliest("**"), "**")).containsExactly("2");
        }
    }

    @Test
    default void forgetsAllDataOfAKey() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.keyed("a", "k", "1");
            test.keyed("a", "l", "2");
            test.keyed("a", "k", "3");
            test.keyed("b", "k", "4");
            assertThat(test.forgetKey("a", "k")).isEqualTo(2);
            assertThat(test.forgetKey("a", "nobody")).isZero();
            assertThat(test.forgetKey("c", "k")).isZero();
            assertThat(test.all(begin, "**")).containsExactly("(forgotten)", "2", "(forgotten)", "4");
            assertThat(test.channel("a").bytes()).isEqualTo(1);
        }
    }

    @Test
    default void saysWhichSelectionsHadDeletionsOrErasures() {
        try (var test = open()) {
            test.publish("a", "1");
            Cursor erased = test.publish("b", "2");
            long before = test.log.removals();
            assertThat(test.log.hasRemoved(Selection.of("**")::matches, before)).isFalse();
            test.delete("a");
            long between = test.log.removals();
            test.forget("b", erased);
            assertThat(test.log.hasRemoved(Selection.of("a")::matches, before)).isTrue();
            assertThat(test.log.hasRemoved(Selection.of("a")::matches, between)).isFalse();
            assertThat(test.log.hasRemoved(Selection.of("b")::matches, between)).isTrue();
            assertThat(test.log.hasRemoved(Selection.of("c", "d/*")::matches, before))
                    .isFalse();
        }
    }
}
