package dev.sluice.core.log;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.Start.Before;
import dev.sluice.core.log.Start.Last;
import dev.sluice.core.log.Start.Since;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Where a reader without a cursor starts.
public interface StartContract extends LogSubject {
    /// The data read from a start on, which must be equal for a selection by name and by wildcard.
    private static List<String> from(TestLog test, Start start, Filter filter) {
        List<String> named = test.all(get(test.log.locate(start, Selection.of("a", "b"), filter)), filter, "a", "b");
        List<String> wild = test.all(get(test.log.locate(start, Selection.of("*"), filter)), filter, "*");
        assertThat(wild).isEqualTo(named);
        return named;
    }

    private static List<String> from(TestLog test, Start start) {
        return from(test, start, Filter.NONE);
    }

    @Test
    default void startsAfterTheNewestEvent() {
        try (var test = open()) {
            test.publish("a", "1");
            ReadCursor latest = test.locate(new Start.Latest(), "a");
            assertThat(latest).isEqualTo(ReadCursor.at(test.log.head()));
            test.publish("a", "2");
            assertThat(test.all(latest, "a")).containsExactly("2");
        }
    }

    @Test
    default void startsWithTheOldestEventWithoutAGap() {
        try (var test = openKeeping(2)) {
            for (String data : List.of("1", "2", "3")) test.publish("a", data);
            test.publish("b", "4");
            test.publish("b", "5");
            test.delete("b");
            assertThat(from(test, new Start.Earliest())).containsExactly("2", "3");
            test.publish("b", "6");
            assertThat(from(test, new Start.Earliest())).containsExactly("2", "3", "6");
        }
    }

    @Test
    default void reportsLossesAfterTheStart() {
        try (var test = openKeeping(2)) {
            for (String data : List.of("1", "2", "3")) test.publish("a", data);
            ReadCursor begin = test.earliest("a");
            test.publish("a", "4");
            assertThat(test.all(begin, "a")).containsExactly("gap of TRIMMED", "3", "4");
        }
    }

    @Test
    default void startsWithTheFirstEventNotOlder() {
        try (var test = open()) {
            test.publish("a", "0");
            test.clock.advance(Duration.ofSeconds(10));
            test.publish("c/x", "not selected");
            test.publish("b", "10");
            test.publish("a", "also 10");
            test.clock.advance(Duration.ofSeconds(10));
            test.publish("a", "20");
            long begin = TestClock.BEGIN_MS;
            assertThat(from(test, new Since(begin - 1))).containsExactly("0", "10", "also 10", "20");
            assertThat(from(test, new Since(begin))).containsExactly("0", "10", "also 10", "20");
            assertThat(from(test, new Since(begin + 1))).containsExactly("10", "also 10", "20");
            assertThat(from(test, new Since(begin + 10_000))).containsExactly("10", "also 10", "20");
            assertThat(from(test, new Since(begin + 10_001))).containsExactly("20");
            assertThat(from(test, new Since(begin + 20_001))).isEmpty();
        }
    }

    @Test
    default void startsWithTheNewestEventsOfTheWholeSelection() {
        try (var test = open()) {
            for (int i = 1; i <= 5; i++) test.publish(i % 2 == 0 ? "a" : "b", Integer.toString(i));
            test.publish("c/x", "not selected");
            assertThat(from(test, new Last(0))).isEmpty();
            assertThat(from(test, new Last(1))).containsExactly("5");
            assertThat(from(test, new Last(3))).containsExactly("3", "4", "5");
            assertThat(from(test, new Last(5))).hasSize(5);
            assertThat(from(test, new Last(1_000))).hasSize(5);
        }
    }

    @Test
    default void countsTheNewestEventsThatPassTheFilter() {
        try (var test = open()) {
            test.publish("a", "tick", "1");
            test.publish("a", "tock", "2");
            test.publish("b", "tick", "3");
            test.publish("a", "tock", "4");
            test.publish("a", "tick", "5");
            assertThat(from(test, new Last(2), Filter.types(Set.of("tick")))).containsExactly("3", "5");
            assertThat(from(test, new Last(9), Filter.types(Set.of("tock")))).containsExactly("2", "4");
        }
    }

    @Test
    default void countsTheNewestEventOfEachKeyWhenConflating() {
        try (var test = open()) {
            test.keyed("a", "k", "1");
            test.keyed("a", "l", "2");
            test.keyed("a", "k", "3");
            test.keyed("a", "k", "4");
            assertThat(from(test, new Last(2), new Filter(Set.of(), true, null)))
                    .containsExactly("2", "4");
        }
    }

    @Test
    default void countsNoEndsAmongTheNewestEvents() {
        try (var test = open()) {
            test.publish("a", "1");
            test.publish("a", "2");
            test.end("a");
            test.publish("b", "3");
            test.end("b");
            assertThat(from(test, new Last(1))).containsExactly("3", "end of b");
            assertThat(from(test, new Last(2))).containsExactly("2", "end of a", "3", "end of b");
        }
    }

    @Test
    default void pagesBackBeforeAnEvent() {
        try (var test = open()) {
            List<Cursor> ids = List.of(
                    test.publish("a", "1"),
                    test.publish("b", "2"),
                    test.publish("c/x", "not selected"),
                    test.publish("a", "3"),
                    test.publish("b", "4"));
            assertThat(from(test, new Before(ids.get(4), 2))).containsExactly("2", "3", "4");
            assertThat(from(test, new Before(ids.get(4), 0))).containsExactly("4");
            assertThat(from(test, new Before(ids.get(1), 1))).containsExactly("1", "2", "3", "4");
            assertThat(from(test, new Before(ids.get(1), 9))).containsExactly("1", "2", "3", "4");
            assertThat(from(test, new Before(ids.get(0), 9))).containsExactly("1", "2", "3", "4");
            assertThat(from(test, new Before(test.log.head(), 1))).containsExactly("3", "4");
        }
    }

    @Test
    default void pagesBackThroughEventsThatPassTheFilter() {
        try (var test = open()) {
            test.publish("a", "tick", "1");
            test.publish("a", "tock", "2");
            test.publish("a", "tick", "3");
            Cursor last = test.publish("a", "tock", "4");
            assertThat(from(test, new Before(last, 1), Filter.types(Set.of("tock"))))
                    .containsExactly("2", "4");
            assertThat(from(test, new Before(last, 2), Filter.types(Set.of("tick"))))
                    .containsExactly("1", "3");
        }
    }

    @Test
    default void pagesBackFromAnEventThatIsGone() {
        try (var test = openKeeping(2)) {
            Cursor gone = test.publish("a", "1");
            for (String data : List.of("2", "3", "4")) test.publish("a", data);
            assertThat(from(test, new Before(gone, 5)))
                    .as("nothing before it, no gap")
                    .containsExactly("3", "4");
        }
    }

    @Test
    default void startsAtTheHeadWhenNothingIsKept() {
        try (var test = open()) {
            test.publish("other", "x");
            ReadCursor head = ReadCursor.at(test.log.head());
            for (Start start : List.of(new Start.Earliest(), new Since(0), new Last(3), new Start.Latest())) {
                assertThat(test.locate(start, "a", "b")).isEqualTo(head);
            }
        }
    }
}
