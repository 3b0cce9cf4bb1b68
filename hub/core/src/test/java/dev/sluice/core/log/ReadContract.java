package dev.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Reads after a place, while nothing is dropped.
public interface ReadContract extends LogSubject {
    @Test
    default void readsOnlyEntriesAfterItsCursor() {
        try (var test = open()) {
            test.publish("a", "1");
            Cursor second = test.publish("a", "2");
            test.publish("a", "3");
            Cursor last = test.publish("a", "4");
            assertThat(test.all(ReadCursor.at(second), "a")).containsExactly("3", "4");
            assertThat(test.all(ReadCursor.at(last), "a")).isEmpty();
        }
    }

    @Test
    default void mergesChannelsInTheOrderOfTheLog() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            for (int i = 0; i < 40; i++)
                test.publish(List.of("a", "b", "c", "a").get(i % 4), Integer.toString(i));
            assertThat(test.all(begin, "c", "a"))
                    .hasSize(30)
                    .isSortedAccordingTo((one, other) -> Integer.parseInt(one) - Integer.parseInt(other))
                    .doesNotHaveDuplicates()
                    .doesNotContain("1");
            assertThat(test.all(begin, "*")).hasSize(40).startsWith("0", "1", "2", "3");
        }
    }

    @Test
    default void deliversAnEventOnceThoughItMatchesTwice() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.publish("a/x", "1");
            test.publish("b", "2");
            assertThat(test.all(begin, "a/x", "a/*", "**")).containsExactly("1", "2");
            assertThat(test.all(begin, "b", "b")).containsExactly("2");
        }
    }

    @Test
    default void matchesWildcardsButNoReservedNames() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.publish("stocks/ibm/price", "1");
            test.publish("stocks/ibm", "2");
            test.publish("$presence/stocks", "3");
            test.publish("stocks/$x/price", "4");
            assertThat(test.all(begin, "stocks/*/price")).containsExactly("1");
            assertThat(test.all(begin, "stocks/**")).containsExactly("1", "2");
            assertThat(test.all(begin, "**")).containsExactly("1", "2");
            assertThat(test.all(begin, "$presence/*")).containsExactly("3");
            assertThat(test.all(begin, "$presence/stocks", "stocks/$x/price")).containsExactly("3", "4");
        }
    }

    @Test
    default void returnsAtMostTheRequestedEntries() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            for (String data : List.of("1", "2", "3", "4", "5")) test.publish("a", data);
            assertThat(batches(test, begin, 2, 1 << 20, "a"))
                    .containsExactly(List.of("1", "2"), List.of("3", "4"), List.of("5"));
            assertThat(batches(test, begin, 2, 1 << 20, "**"))
                    .containsExactly(List.of("1", "2"), List.of("3", "4"), List.of("5"));
        }
    }

    @Test
    default void returnsAtMostTheRequestedBytesButAtLeastOneEntry() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            for (String data : List.of("1", "22", "333", "4444444444", "5")) test.publish("a", data);
            test.end("a");
            assertThat(batches(test, begin, 100, 5, "a"))
                    .containsExactly(
                            List.of("1", "22"), List.of("333"), List.of("4444444444"), List.of("5", "end of a"));
            assertThat(batches(test, begin, 100, 0, "**"))
                    .containsExactly(
                            List.of("1"),
                            List.of("22"),
                            List.of("333"),
                            List.of("4444444444"),
                            List.of("5"),
                            List.of("end of a"));
        }
    }

    /// The data of each batch up to the head, without empty batches.
    private static List<List<String>> batches(
            TestLog test, ReadCursor from, int entriesMax, long bytesMax, String selection) {
        List<List<String>> batches = new ArrayList<>();
        ReadCursor place = from;
        while (test.log.read(place, Selection.of(selection), Filter.NONE, entriesMax, bytesMax)
                instanceof Read.Batch batch) {
            batches.add(Contents.describeAll(batch.entries()));
            place = place.moved(batch.next());
        }
        return batches;
    }

    @Test
    default void advancesReadersOfQuietChannels() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.publish("quiet", "0"));
            for (int i = 0; i < 10; i++) test.publish("busy", "x");
            assertThat(test.read(begin, "quiet")).isEqualTo(new Read.CaughtUp(test.log.head()));
            assertThat(test.read(begin, "nobody")).isEqualTo(new Read.CaughtUp(test.log.head()));
            List<String> words = new ArrayList<>();
            assertThat(test.follow(begin, Filter.NONE, words, "quiet", "other/*")
                            .cursor())
                    .isEqualTo(test.log.head());
            assertThat(words).isEmpty();
        }
    }

    @Test
    default void returnsTheSameWhenReadTwice() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.publish("a", "1");
            test.publish("a", "2");
            assertThat(test.all(begin, "a")).isEqualTo(test.all(begin, "a")).containsExactly("1", "2");
        }
    }

    @Test
    default void readsThousandsOfEventsWithEverySelection() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                test.publish("a/" + i % 7, Integer.toString(i));
                expected.add(Integer.toString(i));
            }
            assertThat(test.all(begin, "**")).isEqualTo(expected);
            assertThat(test.all(begin, "a/0", "a/1", "a/2", "a/3", "a/4", "a/5", "a/6"))
                    .isEqualTo(expected);
            assertThat(test.all(begin, "a/3"))
                    .hasSize(3000 / 7 + 1)
                    .startsWith("3", "10")
                    .endsWith("2999");
        }
    }
}
