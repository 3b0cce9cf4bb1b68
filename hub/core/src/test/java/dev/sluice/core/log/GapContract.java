package dev.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Gaps: each loss is reported to each reader exactly once, and a gap skips no event that is kept.
///
/// The logs of these tests keep two or three events of each channel. A tenth of that rounds to none, so they keep
/// exactly this number.
public interface GapContract extends LogSubject {
    private static void publish(TestLog test, String channel, String... data) {
        for (String each : data) test.publish(channel, each);
    }

    @Test
    default void reportsAGapToAReaderOlderThanRetention() {
        try (var test = openKeeping(3)) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            publish(test, "a", "1", "2", "3");
            assertThat(test.all(begin, "a")).containsExactly("1", "2", "3");
            publish(test, "a", "4");
            assertThat(test.all(begin, "a")).containsExactly("gap of TRIMMED", "2", "3", "4");
            assertThat(test.all(begin, "*")).containsExactly("gap of TRIMMED", "2", "3", "4");
        }
    }

    @Test
    default void reportsNoGapToAReaderThatHadAllDroppedEvents() {
        try (var test = openKeeping(2)) {
            Cursor first = test.publish("a", "1");
            Cursor second = test.publish("a", "2");
            publish(test, "a", "3", "4");
            assertThat(test.all(ReadCursor.at(second), "a"))
                    .as("just after the last dropped event")
                    .containsExactly("3", "4");
            assertThat(test.all(ReadCursor.at(first), "a"))
                    .as("just before the last dropped event")
                    .containsExactly("gap of TRIMMED", "3", "4");
            assertThat(test.all(ReadCursor.at(second), "**")).containsExactly("3", "4");
            assertThat(test.all(ReadCursor.at(first), "**")).containsExactly("gap of TRIMMED", "3", "4");
        }
    }

    @Test
    default void resumesAfterTheLastDroppedEventIfNoneIsKeptBeforeIt() {
        try (var test = openKeeping(2)) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            publish(test, "a", "1");
            Cursor last = test.publish("a", "2");
            publish(test, "a", "3", "4");
            Read.Missing missing = (Read.Missing) test.read(begin, "a");
            assertThat(missing.gap()).isEqualTo(new Gap(begin.cursor().text(), last, GapReason.TRIMMED));
            assertThat(missing.resume().cursor()).isEqualTo(last);
            assertThat(((Read.Missing) test.read(begin, "a", "b/*")).resume().cursor())
                    .isEqualTo(last);
        }
    }

    @Test
    default void skipsNoEventThatIsKept() {
        try (var test = openKeeping(2)) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            publish(test, "quiet", "q1");
            publish(test, "busy", "1", "2", "3", "4");
            publish(test, "quiet", "q2");
            for (String[] selection : List.of(new String[] {"quiet", "busy"}, new String[] {"**"})) {
                Read.Missing missing = (Read.Missing) test.read(begin, selection);
                assertThat(missing.gap().resume()).as("q1 is kept").isEqualTo(begin.cursor());
                assertThat(test.all(begin, selection)).containsExactly("gap of TRIMMED", "q1", "3", "4", "q2");
            }
        }
    }

    @Test
    default void reportsAGapAgainToAReaderThatReturnsInTheMiddle() {
        try (var test = openKeeping(2)) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            Cursor kept = test.publish("quiet", "q1");
            publish(test, "busy", "1", "2", "3");
            assertThat(test.all(begin, "quiet", "busy")).containsExactly("gap of TRIMMED", "q1", "2", "3");
            assertThat(test.all(ReadCursor.at(kept), "quiet", "busy"))
                    .as("a cursor does not contain the gaps reported to its reader")
                    .containsExactly("gap of TRIMMED", "2", "3");
        }
    }

    @Test
    default void reportsALossBeforeOneAlreadyReported() {
        try (var test = openKeeping(3)) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            publish(test, "slow", "1", "2", "3");
            publish(test, "deleted", "x");
            test.delete("deleted");
            Read.Missing missing = (Read.Missing) test.read(begin, "slow", "deleted");
            assertThat(missing.gap().reason()).isEqualTo(GapReason.DELETED);
            ReadCursor known = missing.resume();
            Read.Batch batch = (Read.Batch)
                    test.log.read(known, dev.sluice.core.channel.Selection.of("slow", "deleted"), Filter.NONE, 1, 100);
            assertThat(Contents.describeAll(batch.entries())).containsExactly("1");
            // Before the deletion that the reader knows of, but dropped after that was reported.
            publish(test, "slow", "4", "5");
            ReadCursor afterOne = known.moved(batch.next());
            assertThat(test.all(afterOne, "slow", "deleted")).containsExactly("gap of TRIMMED", "3", "4", "5");
            assertThat(test.all(afterOne, "**")).containsExactly("gap of TRIMMED", "3", "4", "5");
        }
    }

    @Test
    default void reportsEachNewLossOnce() {
        try (var test = openKeeping(2)) {
            ReadCursor place = ReadCursor.at(test.log.head());
            publish(test, "a", "1", "2", "3");
            place = ((Read.Missing) test.read(place, "a", "b")).resume();
            assertThat(test.read(place, "a", "b")).isInstanceOf(Read.Batch.class);
            assertThat(test.read(place, "a", "b")).isInstanceOf(Read.Batch.class);
            publish(test, "a", "4");
            place = ((Read.Missing) test.read(place, "a", "b")).resume();
            List<String> received = new ArrayList<>();
            place = test.follow(place, Filter.NONE, received, "a", "b");
            assertThat(received).containsExactly("3", "4");
            publish(test, "a", "5", "6", "7");
            assertThat(test.all(place, "a", "b")).containsExactly("gap of TRIMMED", "6", "7");
        }
    }

    @Test
    default void reportsGapsOfSelectedChannelsOnly() {
        try (var test = openKeeping(2)) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            publish(test, "a/1", "1", "2", "3");
            publish(test, "b", "4");
            test.publish("c", "5");
            test.delete("c");
            assertThat(test.all(begin, "b")).containsExactly("4");
            assertThat(test.all(begin, "*", "a/2")).containsExactly("gap of DELETED", "4");
            assertThat(test.all(begin, "a/*/x", "b")).containsExactly("4");
            assertThat(test.all(begin, "a/*")).containsExactly("gap of TRIMMED", "2", "3");
        }
    }

    @Test
    default void reportsGapsWhateverTheFilter() {
        try (var test = openKeeping(2)) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.publish("a", "boring", "1");
            test.publish("a", "boring", "2");
            test.publish("a", "wanted", "3");
            assertThat(test.all(begin, Filter.types(Set.of("wanted")), "a")).containsExactly("gap of TRIMMED", "3");
            Filter snapshot = new Filter(Set.of(), true, test.log.head());
            assertThat(test.all(begin, snapshot, "a")).containsExactly("gap of TRIMMED");
        }
    }

    @Test
    default void reportsTheReasonOfTheNewestLoss() {
        try (var test = openKeeping(2)) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            publish(test, "a", "1");
            test.delete("a");
            assertThat(test.all(begin, "a")).containsExactly("gap of DELETED");
            publish(test, "a", "2", "3", "4");
            assertThat(test.all(begin, "a")).containsExactly("gap of TRIMMED", "3", "4");
            publish(test, "b", "x");
            test.delete("b");
            assertThat(test.all(begin, "a", "b")).containsExactly("gap of DELETED", "3", "4");
        }
    }

    @Test
    default void reportsAGapToAReaderOvertakenByATrim() {
        try (var test = openKeeping(3)) {
            ReadCursor place = test.earliest("a");
            publish(test, "a", "1", "2", "3");
            Read.Batch batch =
                    (Read.Batch) test.log.read(place, dev.sluice.core.channel.Selection.of("a"), Filter.NONE, 1, 100);
            place = place.moved(batch.next());
            publish(test, "a", "4");
            assertThat(test.all(place, "a"))
                    .as("1 was read before it was dropped")
                    .containsExactly("2", "3", "4");
            publish(test, "a", "5");
            assertThat(test.all(place, "a")).containsExactly("gap of TRIMMED", "3", "4", "5");
        }
    }

    @Test
    default void reportsNoGapToACaughtUpReader() {
        try (var test = openKeeping(2)) {
            List<String> received = new ArrayList<>();
            ReadCursor place = test.earliest("a", "b/**");
            for (int i = 0; i < 20; i++) {
                test.publish("a", Integer.toString(i));
                place = test.follow(place, Filter.NONE, received, "a", "b/**");
            }
            assertThat(received).hasSize(20).noneMatch(word -> word.startsWith("gap"));
        }
    }
}
