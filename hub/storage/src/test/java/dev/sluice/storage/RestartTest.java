package dev.sluice.storage;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.LoggedLines;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.event.TraceParent;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.GapReason;
import dev.sluice.core.log.PendingAppend;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.search.EventScan;
import dev.sluice.core.search.ScanRange;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.repair.Inspection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A log's state after a restart.
final class RestartTest {
    @TempDir
    Path folder;

    @TempDir
    Path elsewhere;

    private final TestClock clock = new TestClock();
    private Retention rule = Retention.ALL;
    private int marksMax = 1_000;
    private long entriesMax = 1_000;
    private long trimMax = 1_000;

    @AutoClose
    private RocksLog log;

    @BeforeEach
    void open() {
        log = RocksLog.builder(folder)
                .clock(clock)
                .retention(channel -> rule)
                .limits(limits -> limits.marks(marksMax, Duration.ofDays(1))
                        .entriesMax(entriesMax)
                        .trimMax(trimMax))
                .reserveBytes(0)
                .open();
    }

    private void restart() {
        log.close();
        open();
    }

    /// Simulates kill -9.
    private void crash() {
        log.stop(new LogUnavailableException("a crash, simulated by the test", null));
        restart();
    }

    @Test
    void knowsWhichChannelsHaveLostEntries() {
        LogFixture.publish(log, "deleted", "1");
        Cursor before = LogFixture.publish(log, "kept", "2");
        LogFixture.publish(log, "deleted", "3");
        get(log.delete(new ChannelName("deleted")));
        restart();
        List<ChannelName> changed = new ArrayList<>();
        assertThat(log.changedSince(before, changed::add)).isEqualTo(log.head());
        assertThat(changed).containsExactly(new ChannelName("deleted"));
    }

    @Test
    void keepsTheTraceOfAnEvent() {
        TraceParent trace = new TraceParent(1, -2, 3, (byte) -1);
        Draft untraced = Draft.event(new ChannelName("a"), "message", Contents.text("none"));
        Draft traced = Draft.event(new ChannelName("a"), "message", EventFields.NONE.in(trace), Contents.text("some"));
        for (Draft each : List.of(traced, untraced)) get(log.append(new Publication(each, Conditions.NONE)));
        restart();
        Read.Batch read = (Read.Batch) LogFixture.read(log, LogFixture.earliest(log, "a"), "a");
        assertThat(read.entries())
                .extracting(each -> ((Event) each).traceParent())
                .containsExactly(trace, null);
        assertThat(LogFixture.words(log, LogFixture.earliest(log, "a"), "a")).containsExactly("some", "none");
    }

    @Test
    void beginsAnEpochAtEachStartWithoutGaps() {
        Cursor first = LogFixture.publish(log, "a", "1");
        Cursor head = log.head();
        restart();
        assertThat(log.head()).isEqualTo(head);
        assertThat(LogFixture.publish(log, "a", "2").epoch()).isNotEqualTo(first.epoch());
        assertThat(LogFixture.words(log, ReadCursor.at(LogFixture.at(log, first.text())), "a"))
                .containsExactly("2");
    }

    @Test
    void closesCleanlyOnAnInterruptedThread() {
        LogFixture.publish(log, "a", "1");
        Thread.currentThread().interrupt();
        log.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Inspection.of(folder).wasClosed()).isTrue();
    }

    @Test
    void keepsNoEpochWithoutPositions() {
        String begin = log.head().text();
        for (int start = 0; start < 3; start++) restart();
        Cursor first = LogFixture.publish(log, "a", "1");
        for (int start = 0; start < 3; start++) restart();
        log.close();
        assertThat(Inspection.of(folder).lives()).hasSize(3);
        open();
        assertThat(LogFixture.at(log, begin).position()).isZero();
        assertThat(LogFixture.at(log, first.text())).isEqualTo(first);
    }

    /// A backup of the files, or a snapshot of the volume.
    @Test
    void neverReusesAnIdAfterRestoringACopyOfAStoppedLog() {
        Cursor kept = LogFixture.publish(log, "a", "1");
        log.close();
        Path copy = Folders.copy(folder, elsewhere.resolve("copy"));
        open();
        Cursor lost = LogFixture.publish(log, "a", "lost");
        log.close();
        folder = copy;
        open();
        Cursor next = LogFixture.publish(log, "a", "2");
        assertThat(next).isNotEqualTo(lost);
        assertThat(LogFixture.words(log, LogFixture.lost(log, lost.text()), "a"))
                .containsExactly("1", "2");
        assertThat(LogFixture.words(log, ReadCursor.at(LogFixture.at(log, kept.text())), "a"))
                .containsExactly("2");
    }

    @Test
    void beginsAnEpochAfterACrashWithoutGapsForReadersBehindIt() {
        Cursor first = LogFixture.publish(log, "a", "1");
        Cursor second = LogFixture.publish(log, "a", "2");
        crash();
        Cursor third = LogFixture.publish(log, "a", "3");
        assertThat(third.epoch()).isNotEqualTo(first.epoch());
        assertThat(third).isGreaterThan(second);
        assertThat(LogFixture.entries(log, LogFixture.earliest(log, "**"), "**"))
                .extracting(entry -> entry.id())
                .containsExactly(first, second, third);
        for (Cursor cursor : List.of(first, second, third)) {
            assertThat(LogFixture.at(log, cursor.text())).isEqualTo(cursor);
        }
        assertThat(LogFixture.words(log, ReadCursor.at(first), "a")).containsExactly("2", "3");
    }

    @Test
    void reportsAGapToAReaderAheadOfACrash() {
        Cursor kept = LogFixture.publish(log, "a", "1");
        Cursor ahead = new Cursor(kept.epoch(), kept.position() + 1);
        crash();
        LogFixture.publish(log, "a", "2");
        ReadCursor resume = LogFixture.lost(log, ahead.text());
        assertThat(resume.cursor()).isEqualTo(kept);
        assertThat(LogFixture.words(log, resume, "a")).containsExactly("2");
        restart();
        assertThat(LogFixture.lost(log, ahead.text()).cursor()).isEqualTo(kept);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void scansBeforeAndAfterAnIdThatACrashLost(int lost) {
        Cursor kept = LogFixture.publish(log, "a", "1");
        String id = new Cursor(kept.epoch(), kept.position() + lost).text();
        crash();
        Cursor next = LogFixture.publish(log, "a", "2");
        for (boolean newestFirst : List.of(true, false)) {
            assertThat(scan(newestFirst, null, id)).containsExactly(kept);
            assertThat(scan(newestFirst, id, null)).containsExactly(next);
        }
    }

    private List<Cursor> scan(boolean newestFirst, @Nullable String after, @Nullable String before) {
        var range = new ScanRange(Selection.of("a"), newestFirst, null, null, after, before);
        return get(get(EventScan.open(log, range)).next()).events().stream()
                .map(Event::id)
                .toList();
    }

    @Test
    void neverReusesAnEpochThatMayHaveAssignedIds() {
        Epoch first = LogFixture.publish(log, "a", "1").epoch();
        crash();
        crash();
        Cursor second = LogFixture.publish(log, "a", "2");
        crash();
        Cursor third = LogFixture.publish(log, "a", "3");
        assertThat(List.of(first, second.epoch(), third.epoch())).doesNotHaveDuplicates();
        assertThat(LogFixture.at(log, second.text())).isEqualTo(second);
    }

    @Test
    void resumesAReaderOfAnUnknownEpochWithTheOldestRetainedEvent() {
        LogFixture.publish(log, "a", "1");
        crash();
        LogFixture.publish(log, "b", "2");
        assertThat(LogFixture.words(log, LogFixture.lost(log, "another-7"), "**"))
                .containsExactly("1", "2");
    }

    @Test
    void remembersEnds() {
        Cursor end = ((AppendResult.Placed)
                        get(log.append(new Publication(Draft.end(new ChannelName("a")), Conditions.NONE))))
                .id();
        crash();
        assertThat(get(log.append(LogFixture.publication("a", "late")))).isEqualTo(new AppendResult.Ended(end));
        assertThat(LogFixture.words(log, LogFixture.earliest(log, "a"), "a")).containsExactly("end of a");
    }

    @Test
    void remembersDeletions() {
        ReadCursor begin = ReadCursor.at(log.head());
        LogFixture.publish(log, "a", "1");
        get(log.delete(new ChannelName("a")));
        LogFixture.publish(log, "a", "2");
        crash();
        Read.Missing missing = (Read.Missing) LogFixture.read(log, begin, "a");
        assertThat(missing.gap().reason()).isEqualTo(GapReason.DELETED);
        assertThat(LogFixture.words(log, missing.resume(), "a")).containsExactly("2");
        assertThat(log.channel(new ChannelName("a")).events()).isEqualTo(1);
    }

    @Test
    void remembersForgottenEvents() {
        Cursor id = LogFixture.publish(log, "a", "secret");
        get(log.forget(new ChannelName("a"), id));
        crash();
        assertThat(LogFixture.words(log, LogFixture.earliest(log, "a"), "a")).containsExactly("(forgotten)");
        assertThat(log.channel(new ChannelName("a")).bytes()).isZero();
    }

    @Test
    void remembersIdempotencyKeysUntilTheyExpire() {
        AppendResult first = LogFixture.once(log, "a", "k", "1");
        Cursor id = ((AppendResult.Placed) first).id();
        crash();
        assertThat(LogFixture.once(log, "a", "k", "1")).isEqualTo(new AppendResult.Same(id));
        clock.advance(Duration.ofMinutes(5));
        log.maintain();
        restart();
        assertThat(LogFixture.once(log, "a", "k", "1")).isInstanceOf(AppendResult.Placed.class);
    }

    /// The folder is no different from one in which a deletion forgot the keys.
    @Test
    void remembersIdempotencyKeysOfADeletedChannel() {
        Cursor id = ((AppendResult.Placed) LogFixture.once(log, "a", "k", "1")).id();
        get(log.delete(new ChannelName("a")));
        crash();
        assertThat(LogFixture.once(log, "a", "k", "1")).isEqualTo(new AppendResult.Same(id));
        assertThat(log.channel(new ChannelName("a")).events()).isZero();
    }

    @Test
    void remembersTrims() {
        rule = Retention.events(2);
        restart();
        ReadCursor begin = ReadCursor.at(log.head());
        for (String data : List.of("1", "2", "3", "4")) LogFixture.publish(log, "a", data);
        crash();
        Read.Missing missing = (Read.Missing) LogFixture.read(log, begin, "a");
        assertThat(missing.gap().reason()).isEqualTo(GapReason.TRIMMED);
        assertThat(LogFixture.words(log, missing.resume(), "a")).containsExactly("3", "4");
    }

    @Test
    void remembersTheLossesOfAnEmptyChannel() {
        rule = new Retention(Duration.ofMinutes(1), 10, 10_000);
        restart();
        ReadCursor begin = ReadCursor.at(log.head());
        LogFixture.publish(log, "a", "1");
        clock.advance(Duration.ofMinutes(2));
        log.maintain();
        crash();
        assertThat(LogFixture.read(log, begin, "a")).isInstanceOf(Read.Missing.class);
        assertThat(log.channel(new ChannelName("a")))
                .isEqualTo(new ChannelState(new ChannelName("a"), null, null, null, 0, 0, 0));
    }

    @Test
    void keepsTheHubsOwnRecordsBeyondRulesAndLimits() {
        rule = new Retention(Duration.ofMinutes(1), 2, 10_000);
        entriesMax = 10;
        restart();
        for (int i = 0; i < 8; i++) LogFixture.publish(log, "$revoked", "r" + i);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 40; i++) LogFixture.publish(log, "c/" + i, "1");
            clock.advance(Duration.ofDays(100));
            log.maintain();
            restart();
        }
        assertThat(log.channel(new ChannelName("$revoked")).events()).isEqualTo(8);
        clock.advance(Duration.ofDays(4_000));
        log.maintain();
        assertThat(log.channel(new ChannelName("$revoked")).events())
                .as("no credential lives for so long")
                .isZero();
    }

    /// Otherwise a reader would wait for a position that this process has not assigned.
    @Test
    void neverReusesThePositionOfADropBeforeAGap() {
        rule = Retention.events(1).andNewestOfKey();
        entriesMax = 3;
        restart();
        ReadCursor begin = ReadCursor.at(log.head());
        get(log.append(keyed()));
        LogFixture.publish(log, "a", "dropped");
        LogFixture.publish(log, "a", "kept");
        LogFixture.publish(log, "b", "1");
        LogFixture.publish(log, "c", "1");
        Cursor known =
                ((Read.Missing) LogFixture.read(log, begin, "a")).resume().known();
        restart();
        assertThat(LogFixture.publish(log, "a", "next")).isGreaterThan(known);
        Read.Missing missing = (Read.Missing) LogFixture.read(log, begin, "a");
        assertThat(LogFixture.words(log, missing.resume(), "a")).containsExactly("next");
    }

    private static Publication keyed() {
        var content = LogFixture.publication("a", "1").draft().content();
        return new Publication(
                Draft.event(new ChannelName("a"), "message", EventFields.ofKey("k"), content), Conditions.NONE);
    }

    /// Otherwise the next start would find two channels of this name, and use the deleted one.
    @Test
    void forgetsAChannelWhoseMarkWasFolded() {
        rule = new Retention(Duration.ofMinutes(1), 10, 10_000).andNewestOfKey();
        marksMax = 0;
        restart();
        LogFixture.publish(log, "a", "1");
        clock.advance(Duration.ofMinutes(2));
        log.maintain();
        LogFixture.publish(log, "a", "2");
        crash();
        assertThat(LogFixture.words(log, LogFixture.earliest(log, "a"), "a")).containsExactly("2");
        assertThat(log.channel(new ChannelName("a")).events()).isEqualTo(1);
    }

    @Test
    void opensACopyUnderANewEpoch() {
        Cursor first = LogFixture.publish(log, "a", "1");
        Path copy = elsewhere.resolve("copy");
        log.copyTo(copy);
        Cursor second = LogFixture.publish(log, "a", "2");
        try (RocksLog other = RocksLog.builder(copy).reserveBytes(0).open()) {
            assertThat(LogFixture.words(other, LogFixture.earliest(other, "a"), "a"))
                    .containsExactly("1");
            assertThat(LogFixture.publish(other, "a", "3").epoch()).isNotEqualTo(first.epoch());
            assertThat(LogFixture.lost(other, second.text()).cursor()).isEqualTo(first);
        }
    }

    @Test
    void trimsByAStricterRule() {
        // Enough to be dropped as one range.
        for (int i = 0; i < 2_000; i++) LogFixture.publish(log, "a", Integer.toString(i));
        LogFixture.publish(log, "b", "beside it");
        rule = Retention.events(3);
        restart();
        LogFixture.publish(log, "a", "2000");
        assertThat(LogFixture.words(log, LogFixture.earliest(log, "a"), "a")).containsExactly("1998", "1999", "2000");
        restart();
        assertThat(LogFixture.words(log, LogFixture.earliest(log, "**"), "**"))
                .containsExactly("1998", "1999", "beside it", "2000");
    }

    /// One command that drops all of it would hold up publishes for minutes.
    @Test
    void trimsALogFarBeyondASmallerLimitByManyPublishes() {
        entriesMax = 10_000;
        restart();
        get(log.appendAll(Collections.nCopies(600, LogFixture.publication("a", "x"))));
        LogFixture.publish(log, "a", "x".repeat(500 << 10)); // Counts as 501.
        get(log.appendAll(Collections.nCopies(1_900, LogFixture.publication("a", "x"))));
        entriesMax = 100;
        restart();
        List<Long> kept = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            LogFixture.publish(log, "a", "x");
            kept.add(log.channel(new ChannelName("a")).events());
        }
        assertThat(kept).containsExactly(1_901L, 902L, 100L, 101L, 102L);
        trimMax = 10;
        restart();
        get(log.appendAll(Collections.nCopies(300, LogFixture.publication("a", "x"))));
        assertThat(log.channel(new ChannelName("a")).events())
                .as("a trim drops more than a command adds")
                .isEqualTo(100);
    }

    @Test
    void acknowledgesEachPublishWhileALogFarBeyondASmallerLimitIsTrimmed() {
        entriesMax = 10_000;
        restart();
        get(log.appendAll(Collections.nCopies(1_000, LogFixture.publication("a", "x"))));
        entriesMax = 100;
        trimMax = 10;
        restart();
        CompletableFuture<Void> areQueued = new CompletableFuture<>();
        log.writer().append(new PendingAppend(LogFixture.publication("a", "x"), (_, _) -> areQueued.join()));
        List<Long> kept = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            log.writer()
                    .append(new PendingAppend(
                            LogFixture.publication("a", "x"),
                            (_, _) -> kept.add(log.channel(new ChannelName("a")).events())));
        }
        var last = log.append(LogFixture.publication("a", "x"));
        areQueued.complete(null);
        get(last);
        assertThat(kept).hasSize(50).startsWith(982L, 973L, 964L);
    }

    @Test
    void trimsALogFarBeyondASmallerLimitWhileNothingIsPublished() {
        entriesMax = 10_000;
        restart();
        get(log.appendAll(Collections.nCopies(4_000, LogFixture.publication("a", "x"))));
        entriesMax = 100;
        restart();
        log.maintain();
        assertThat(log.channel(new ChannelName("a")).events()).isEqualTo(100);
        assertThat(log.status().entries()).isEqualTo(100);
    }

    @Test
    void neverMovesTimeBack() {
        LogFixture.publish(log, "a", "1");
        clock.advance(Duration.ofHours(-3));
        restart();
        LogFixture.publish(log, "a", "2");
        assertThat(LogFixture.entries(log, LogFixture.earliest(log, "a"), "a"))
                .extracting(entry -> entry.timeMs())
                .containsExactly(TestClock.BEGIN_MS, TestClock.BEGIN_MS);
    }

    @Test
    void retainsByTheLogsTimeWhileTheClockLags() {
        rule = new Retention(Duration.ofMinutes(1), 10, 10_000);
        restart();
        LogFixture.publish(log, "a", "1");
        clock.advance(Duration.ofHours(-3));
        LogFixture.publish(log, "a", "2");
        log.maintain();
        assertThat(LogFixture.entries(log, LogFixture.earliest(log, "a"), "a"))
                .extracting(entry -> entry.timeMs())
                .containsExactly(TestClock.BEGIN_MS, TestClock.BEGIN_MS);
        clock.advance(Duration.ofHours(3).plusMinutes(2));
        log.maintain();
        assertThat(log.channel(new ChannelName("a")).events()).isZero();
    }

    @Test
    void warnsAtTheStartOfAClockThatLags() {
        LogFixture.publish(log, "a", "1");
        clock.advance(Duration.ofDays(-3));
        try (var logged = new LoggedLines(RocksLog.class)) {
            restart();
            assertThat(logged.records())
                    .filteredOn(each -> each.getMessage().contains("3 days ahead"))
                    .singleElement()
                    .returns(Level.WARNING, LogRecord::getLevel);
            clock.advance(Duration.ofDays(3));
            restart();
            assertThat(logged.lines("3 days ahead")).hasSize(1);
        }
    }

    /// The clock was wrong for one start.
    @Test
    void expiresEventsAndKeysThoughTheNewestTimeIsYearsAhead() {
        rule = new Retention(Duration.ofMinutes(1), 10, 10_000);
        clock.advance(Duration.ofDays(3_650));
        restart();
        LogFixture.once(log, "a", "k", "1");
        clock.advance(Duration.ofDays(-3_650));
        restart();
        Cursor second = LogFixture.publish(log, "a", "2");
        clock.advance(Duration.ofMinutes(10));
        log.maintain();
        assertThat(log.channel(new ChannelName("a")).events()).isZero();
        assertThat(LogFixture.once(log, "a", "k", "1")).isInstanceOf(AppendResult.Placed.class);
        assertThat(LogFixture.at(log, second.text())).isEqualTo(second);
    }

    @Test
    void remembersTheNewestEventOfEachKey() {
        get(log.append(keyed()));
        Cursor newest = ((AppendResult.Placed) get(log.append(keyed()))).id();
        crash();
        var snapshot = new dev.sluice.core.log.Filter(java.util.Set.of(), false, log.head());
        var selection = dev.sluice.core.channel.Selection.of("a");
        Read read = log.read(ReadCursor.at(new Cursor(newest.epoch(), 0)), selection, snapshot, 10, 1_000);
        Read.Batch batch = (Read.Batch) get(((Read.Pending) read).later());
        assertThat(batch.entries()).extracting(entry -> entry.id()).containsExactly(newest);
    }
}
