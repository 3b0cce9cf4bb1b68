package dev.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The events that pass a filter.
public interface FilterContract extends LogSubject {
    Filter CONFLATE = new Filter(Set.of(), true, null);

    private static Filter snapshot(Cursor to) {
        return new Filter(Set.of(), false, to);
    }

    @Test
    default void passesSelectedTypesAndAllEnds() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.publish("a", "tick", "1");
            test.publish("a", "tock", "2");
            test.publish("a", "3");
            test.end("a");
            assertThat(test.all(begin, Filter.types(Set.of("tick")), "a")).containsExactly("1", "end of a");
            assertThat(test.all(begin, Filter.types(Set.of("tick", "message")), "**"))
                    .containsExactly("1", "3", "end of a");
            assertThat(test.all(begin, Filter.types(Set.of("none")), "a")).containsExactly("end of a");
        }
    }

    @Test
    default void advancesPastFilteredEvents() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            for (int i = 0; i < 500; i++) test.publish("a", "noise", "x");
            test.publish("a", "signal", "y");
            assertThat(test.all(begin, Filter.types(Set.of("signal")), "a")).containsExactly("y");
            assertThat(test.all(begin, Filter.types(Set.of("signal")), "*")).containsExactly("y");
        }
    }

    @Test
    default void conflatesToTheNewestOfEachKey() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.keyed("a", "EUR", "1");
            test.keyed("a", "USD", "2");
            test.publish("a", "keyless");
            test.keyed("b", "EUR", "another channel's");
            test.append(TestLog.keyedDraft("a", "other", "EUR", "another type's", false), Conditions.NONE);
            test.keyed("a", "EUR", "3");
            test.keyEnd("a", "USD", "gone");
            assertThat(test.all(begin, CONFLATE, "a")).containsExactly("keyless", "another type's", "3", "gone");
            assertThat(test.all(begin, CONFLATE, "**"))
                    .containsExactly("keyless", "another channel's", "another type's", "3", "gone");
            assertThat(test.all(begin, new Filter(Set.of("other"), true, null), "a"))
                    .containsExactly("another type's");
        }
    }

    @Test
    default void readsASnapshotThenAllLaterEvents() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.keyed("a", "EUR", "1");
            test.keyed("a", "USD", "2");
            test.publish("a", "keyless is no state");
            test.keyed("a", "CHF", "3");
            test.keyed("a", "EUR", "4");
            Cursor now = test.keyEnd("a", "CHF", "gone");
            assertThat(test.all(begin, snapshot(now), "a")).containsExactly("2", "4");
            test.keyed("a", "EUR", "5");
            test.publish("a", "keyless is news");
            test.keyEnd("a", "USD", "gone");
            assertThat(test.all(begin, snapshot(now), "a"))
                    .as("everything after the snapshot")
                    .containsExactly("5", "keyless is news", "gone");
        }
    }

    @Test
    default void includesEndsInASnapshot() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.keyed("a", "k", "1");
            Cursor end = test.end("a");
            assertThat(test.all(begin, snapshot(end), "a")).containsExactly("1", "end of a");
        }
    }

    @Test
    default void keepsAForgottenEventAsTheNewestOfItsKey() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.keyed("a", "k", "1");
            Cursor newest = test.keyed("a", "k", "2");
            test.forget("a", newest);
            assertThat(test.all(begin, snapshot(newest), "a"))
                    .as("older events do not come back")
                    .containsExactly("(forgotten)");
            assertThat(test.all(begin, CONFLATE, "a")).containsExactly("(forgotten)");
        }
    }

    @Test
    default void startsKeysAnewAfterADeletion() {
        try (var test = open()) {
            test.keyed("a", "k", "1");
            test.delete("a");
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.keyed("a", "l", "2");
            assertThat(test.all(begin, snapshot(test.log.head()), "a")).containsExactly("2");
            test.keyed("a", "k", "3");
            assertThat(test.all(begin, CONFLATE, "a")).containsExactly("2", "3");
        }
    }
}
