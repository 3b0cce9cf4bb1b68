package dev.sluice.storage;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a log knows in its next life.
final class RestartTest {
    @TempDir
    Path folder;

    @TempDir
    Path elsewhere;

    private final TestClock clock = new TestClock();
    private Retention rule = Retention.ALL;
    private int marksMax = 1_000;
    private long entriesMax = 1_000;
    private RocksLog log;

    @BeforeEach
    void open() {
        log = RocksLog.builder(folder)
                .clock(clock)
                .retention(channel -> rule)
                .marks(marksMax, Duration.ofDays(1))
                .entriesMax(entriesMax)
                .reserveBytes(0)
                .open();
    }

    @AfterEach
    void close() {
        log.close();
    }

    private void restart() {
        log.close();
        open();
    }

    /// As after kill -9.
    private void die() {
        log.stop(new LogUnavailable("a death, as this test wants", null));
        restart();
    }

    @Test
    void beginsAnEpochAtEachStartThatNobodyNotices() {
        Cursor first = Hand.publish(log, "a", "1");
        Cursor head = log.head();
        restart();
        assertThat(log.head()).isEqualTo(head);
        assertThat(Hand.publish(log, "a", "2").epoch()).isNotEqualTo(first.epoch());
        assertThat(Hand.words(log, Place.at(Hand.at(log, first.text())), "a")).containsExactly("2");
    }

    @Test
    void endsCleanlyOnAThreadThatIsInterrupted() {
        Hand.publish(log, "a", "1");
        Thread.currentThread().interrupt();
        log.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Inspection.of(folder).wasClosed()).isTrue();
    }

    @Test
    void keepsNoRecordOfStartsThatGaveNoPlace() {
        String begin = log.head().text();
        for (int start = 0; start < 3; start++) restart();
        Cursor first = Hand.publish(log, "a", "1");
        for (int start = 0; start < 3; start++) restart();
        log.close();
        assertThat(Inspection.of(folder).lives()).hasSize(3);
        open();
        assertThat(Hand.at(log, begin).position()).isZero();
        assertThat(Hand.at(log, first.text())).isEqualTo(first);
    }

    /// As by a backup of the files, or a snapshot of the volume.
    @Test
    void givesNoIdTwiceWhereACopyOfAStoppedLogIsPutBack() {
        Cursor kept = Hand.publish(log, "a", "1");
        log.close();
        Path copy = Folders.copy(folder, elsewhere.resolve("copy"));
        open();
        Cursor lost = Hand.publish(log, "a", "lost");
        log.close();
        folder = copy;
        open();
        Cursor next = Hand.publish(log, "a", "2");
        assertThat(next).isNotEqualTo(lost);
        assertThat(Hand.words(log, Hand.lost(log, lost.text()), "a")).containsExactly("1", "2");
        assertThat(Hand.words(log, Place.at(Hand.at(log, kept.text())), "a")).containsExactly("2");
    }

    @Test
    void beginsAnEpochBehindADeathThatNobodyBehindItNotices() {
        Cursor first = Hand.publish(log, "a", "1");
        Cursor second = Hand.publish(log, "a", "2");
        die();
        Cursor third = Hand.publish(log, "a", "3");
        assertThat(third.epoch()).isNotEqualTo(first.epoch());
        assertThat(third).isGreaterThan(second);
        assertThat(Hand.entries(log, Hand.earliest(log, "**"), "**"))
                .extracting(entry -> entry.id())
                .containsExactly(first, second, third);
        for (Cursor cursor : List.of(first, second, third)) {
            assertThat(Hand.at(log, cursor.text())).isEqualTo(cursor);
        }
        assertThat(Hand.words(log, Place.at(first), "a")).containsExactly("2", "3");
    }

    @Test
    void tellsWhoIsAheadOfADeathOfTheGapFromThereOn() {
        Cursor kept = Hand.publish(log, "a", "1");
        Cursor ahead = new Cursor(kept.epoch(), kept.position() + 1);
        die();
        Hand.publish(log, "a", "2");
        Place resume = Hand.lost(log, ahead.text());
        assertThat(resume.cursor()).isEqualTo(kept);
        assertThat(Hand.words(log, resume, "a")).containsExactly("2");
        restart();
        assertThat(Hand.lost(log, ahead.text()).cursor()).isEqualTo(kept);
    }

    @Test
    void neverGivesAnEpochTwiceThatMayHaveGivenIds() {
        Epoch first = Hand.publish(log, "a", "1").epoch();
        die();
        die();
        Cursor second = Hand.publish(log, "a", "2");
        die();
        Cursor third = Hand.publish(log, "a", "3");
        assertThat(List.of(first, second.epoch(), third.epoch())).doesNotHaveDuplicates();
        assertThat(Hand.at(log, second.text())).isEqualTo(second);
    }

    @Test
    void resumesWhoKnowsNoEpochWithTheOldestKept() {
        Hand.publish(log, "a", "1");
        die();
        Hand.publish(log, "b", "2");
        assertThat(Hand.words(log, Hand.lost(log, "another-7"), "**")).containsExactly("1", "2");
    }

    @Test
    void remembersEnds() {
        Cursor end = ((Appended.Placed)
                        get(log.append(new Publication(Draft.end(new ChannelName("a")), Conditions.NONE))))
                .id();
        die();
        assertThat(get(log.append(Hand.publication("a", "late")))).isEqualTo(new Appended.Ended(end));
        assertThat(Hand.words(log, Hand.earliest(log, "a"), "a")).containsExactly("end of a");
    }

    @Test
    void remembersDeletions() {
        Place begin = Place.at(log.head());
        Hand.publish(log, "a", "1");
        get(log.delete(new ChannelName("a")));
        Hand.publish(log, "a", "2");
        die();
        Read.Missing missing = (Read.Missing) Hand.read(log, begin, "a");
        assertThat(missing.gap().reason()).isEqualTo(Gap.Reason.DELETED);
        assertThat(Hand.words(log, missing.resume(), "a")).containsExactly("2");
        assertThat(log.channel(new ChannelName("a")).events()).isEqualTo(1);
    }

    @Test
    void remembersWhatWasForgotten() {
        Cursor id = Hand.publish(log, "a", "secret");
        get(log.forget(new ChannelName("a"), id));
        die();
        assertThat(Hand.words(log, Hand.earliest(log, "a"), "a")).containsExactly("(forgotten)");
        assertThat(log.channel(new ChannelName("a")).bytes()).isZero();
    }

    @Test
    void remembersIdempotencyKeysAndForHowLong() {
        Appended first = Hand.once(log, "a", "k", "1");
        Cursor id = ((Appended.Placed) first).id();
        die();
        assertThat(Hand.once(log, "a", "k", "1")).isEqualTo(new Appended.Same(id));
        clock.advance(Duration.ofMinutes(5));
        log.maintain();
        restart();
        assertThat(Hand.once(log, "a", "k", "1")).isInstanceOf(Appended.Placed.class);
    }

    @Test
    void forgetsKeysOfADeletedChannelForEver() {
        Hand.once(log, "a", "k", "1");
        get(log.delete(new ChannelName("a")));
        die();
        assertThat(Hand.once(log, "a", "k", "1")).isInstanceOf(Appended.Placed.class);
    }

    @Test
    void remembersWhatWasTrimmed() {
        rule = Retention.events(2);
        restart();
        Place begin = Place.at(log.head());
        for (String data : List.of("1", "2", "3", "4")) Hand.publish(log, "a", data);
        die();
        Read.Missing missing = (Read.Missing) Hand.read(log, begin, "a");
        assertThat(missing.gap().reason()).isEqualTo(Gap.Reason.TRIMMED);
        assertThat(Hand.words(log, missing.resume(), "a")).containsExactly("3", "4");
    }

    @Test
    void remembersWhatAChannelLostThatKeepsNothing() {
        rule = new Retention(Duration.ofMinutes(1), 10, 10_000);
        restart();
        Place begin = Place.at(log.head());
        Hand.publish(log, "a", "1");
        clock.advance(Duration.ofMinutes(2));
        log.maintain();
        die();
        assertThat(Hand.read(log, begin, "a")).isInstanceOf(Read.Missing.class);
        assertThat(log.channel(new ChannelName("a")))
                .isEqualTo(new ChannelState(new ChannelName("a"), null, null, null, 0, 0, 0));
    }

    /// A reader would wait for a moment that this life does not know of.
    @Test
    void givesNoMomentTwiceAtWhichSomethingKeptWentInFrontOfAGap() {
        rule = Retention.events(1).andNewestOfKey();
        entriesMax = 3;
        restart();
        Place begin = Place.at(log.head());
        get(log.append(keyed()));
        Hand.publish(log, "a", "dropped");
        Hand.publish(log, "a", "kept");
        Hand.publish(log, "b", "1");
        Hand.publish(log, "c", "1");
        Cursor known = ((Read.Missing) Hand.read(log, begin, "a")).resume().known();
        restart();
        assertThat(Hand.publish(log, "a", "next")).isGreaterThan(known);
        Read.Missing missing = (Read.Missing) Hand.read(log, begin, "a");
        assertThat(Hand.words(log, missing.resume(), "a")).containsExactly("next");
    }

    private static Publication keyed() {
        var content = Hand.publication("a", "1").draft().content();
        return new Publication(
                new Draft(new ChannelName("a"), "message", "k", null, content, false, false), Conditions.NONE);
    }

    /// Else the next start would find two channels of this name, and go by the one that is gone.
    @Test
    void forgetsForEverAChannelWhoseMarkWasFolded() {
        rule = new Retention(Duration.ofMinutes(1), 10, 10_000).andNewestOfKey();
        marksMax = 0;
        restart();
        Hand.publish(log, "a", "1");
        clock.advance(Duration.ofMinutes(2));
        log.maintain();
        Hand.publish(log, "a", "2");
        die();
        assertThat(Hand.words(log, Hand.earliest(log, "a"), "a")).containsExactly("2");
        assertThat(log.channel(new ChannelName("a")).events()).isEqualTo(1);
    }

    @Test
    void goesOnInACopyUnderAnEpochOfItsOwn() {
        Cursor first = Hand.publish(log, "a", "1");
        Path copy = elsewhere.resolve("copy");
        log.copyTo(copy);
        Cursor second = Hand.publish(log, "a", "2");
        try (RocksLog other = RocksLog.builder(copy).reserveBytes(0).open()) {
            assertThat(Hand.words(other, Hand.earliest(other, "a"), "a")).containsExactly("1");
            assertThat(Hand.publish(other, "a", "3").epoch()).isNotEqualTo(first.epoch());
            assertThat(Hand.lost(other, second.text()).cursor()).isEqualTo(first);
        }
    }

    @Test
    void trimsByARuleThatBecameNarrower() {
        for (int i = 0; i < 2_000; i++) Hand.publish(log, "a", Integer.toString(i)); // Dropped as one range.
        Hand.publish(log, "b", "beside it");
        rule = Retention.events(3);
        restart();
        Hand.publish(log, "a", "2000");
        assertThat(Hand.words(log, Hand.earliest(log, "a"), "a")).containsExactly("1998", "1999", "2000");
        restart();
        assertThat(Hand.words(log, Hand.earliest(log, "**"), "**"))
                .containsExactly("1998", "1999", "beside it", "2000");
    }

    @Test
    void neverLetsTimeGoBack() {
        Hand.publish(log, "a", "1");
        clock.advance(Duration.ofHours(-3));
        restart();
        Hand.publish(log, "a", "2");
        assertThat(Hand.entries(log, Hand.earliest(log, "a"), "a"))
                .extracting(entry -> entry.timeMs())
                .containsExactly(TestClock.BEGIN_MS, TestClock.BEGIN_MS);
    }

    @Test
    void keepsByItsOwnTimeWhileTheClockIsBehindIt() {
        rule = new Retention(Duration.ofMinutes(1), 10, 10_000);
        restart();
        Hand.publish(log, "a", "1");
        clock.advance(Duration.ofHours(-3));
        Hand.publish(log, "a", "2");
        log.maintain();
        assertThat(Hand.entries(log, Hand.earliest(log, "a"), "a"))
                .extracting(entry -> entry.timeMs())
                .containsExactly(TestClock.BEGIN_MS, TestClock.BEGIN_MS);
        clock.advance(Duration.ofHours(3).plusMinutes(2));
        log.maintain();
        assertThat(log.channel(new ChannelName("a")).events()).isZero();
    }

    /// Under a clock that was wrong for one start.
    @Test
    void dropsByAgeAndForgetsKeysThoughTheNewestTimeIsYearsAhead() {
        rule = new Retention(Duration.ofMinutes(1), 10, 10_000);
        clock.advance(Duration.ofDays(3_650));
        restart();
        Hand.once(log, "a", "k", "1");
        clock.advance(Duration.ofDays(-3_650));
        restart();
        Cursor second = Hand.publish(log, "a", "2");
        clock.advance(Duration.ofMinutes(10));
        log.maintain();
        assertThat(log.channel(new ChannelName("a")).events()).isZero();
        assertThat(Hand.once(log, "a", "k", "1")).isInstanceOf(Appended.Placed.class);
        assertThat(Hand.at(log, second.text())).isEqualTo(second);
    }

    @Test
    void knowsTheNewestOfEachKeyThroughALife() {
        get(log.append(keyed()));
        Cursor newest = ((Appended.Placed) get(log.append(keyed()))).id();
        die();
        var snapshot = new dev.sluice.core.log.Filter(java.util.Set.of(), false, log.head());
        var selection = dev.sluice.core.channel.Selection.of("a");
        Read read = log.read(Place.at(new Cursor(newest.epoch(), 0)), selection, snapshot, 10, 1_000);
        Read.Batch batch = (Read.Batch) get(((Read.Elsewhere) read).later());
        assertThat(batch.entries()).extracting(entry -> entry.id()).containsExactly(newest);
    }
}
