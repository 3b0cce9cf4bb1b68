package dev.sluice.core.memory;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.access.Principal;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.HubChannels;
import dev.sluice.core.log.Lag;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.ResolvedCursor;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.Start;
import dev.sluice.core.log.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The behaviour of a log in memory at its limits.
final class MemoryLimitsTest {
    private final TestClock clock = new TestClock();
    private final MemoryLogBuilder builder = MemoryLog.builder(clock);

    private static Cursor publish(MemoryLog log, String channel, String data) {
        return ((AppendResult.Placed) append(log, channel, data, Conditions.NONE)).id();
    }

    private static AppendResult append(MemoryLog log, String channel, String data, Conditions conditions) {
        Draft draft = Draft.event(new ChannelName(channel), "message", Contents.text(data));
        return get(log.append(new Publication(draft, conditions)));
    }

    private static Read read(MemoryLog log, ReadCursor place, String... selection) {
        return log.read(place, Selection.of(selection), Filter.NONE, 1_000, 1 << 20);
    }

    private static List<String> dataOf(Read read) {
        return Contents.describeAll(((Read.Batch) read).entries());
    }

    private static ReadCursor earliest(MemoryLog log, String... selection) {
        return get(log.locate(new Start.Earliest(), Selection.of(selection), Filter.NONE));
    }

    @Test
    void dropsTheOldestEntriesOfAllChannelsBeyondTheEntryLimit() {
        MemoryLog log = builder.limits(max -> max.entriesMax(10)).open();
        ReadCursor begin = ReadCursor.at(log.head());
        for (int i = 0; i < 12; i++) publish(log, "c/" + i % 5, Integer.toString(i));
        assertThat(dataOf(read(log, earliest(log, "**"), "**")))
                .containsExactly("2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
        assertThat(read(log, begin, "c/0")).isInstanceOf(Read.Missing.class);
        assertThat(read(log, begin, "**")).isInstanceOf(Read.Missing.class);
        assertThat(dataOf(read(log, begin, "c/2"))).as("lost nothing").containsExactly("2", "7");
    }

    @Test
    void dropsTheOldestEntriesOfAllChannelsBeyondTheByteLimit() {
        MemoryLog log = builder.limits(max -> max.bytesMax(10_000)).open();
        String data = "x".repeat(1_000);
        for (int i = 0; i < 100; i++) publish(log, "c/" + i, data);
        int kept = log.channels(null, 1_000).size();
        assertThat(kept).isBetween(10_000 / 1_256, 11_000 / 1_256);
        Cursor big = publish(log, "big", "x".repeat(50_000));
        assertThat(log.channels(null, 1_000)).hasSize(1);
        assertThat(log.channel(new ChannelName("big")).latest()).isEqualTo(big);
    }

    @Test
    void keepsAnEventThatIsTooBigTogetherWithItsEnd() {
        MemoryLog log = builder.limits(max -> max.bytesMax(10_000)).open();
        publish(log, "a", "small");
        Draft last = new Draft(
                new ChannelName("b"), "message", EventFields.NONE, Contents.text("x".repeat(20_000)), false, true);
        get(log.append(new Publication(last, Conditions.NONE)));
        assertThat(read(log, earliest(log, "**"), "**"))
                .isInstanceOfSatisfying(
                        Read.Batch.class, batch -> assertThat(batch.entries()).hasSize(2));
    }

    @Test
    void keepsTheHubsOwnRecordsWhateverIsPublishedAfterThem() {
        MemoryLog log = builder.retention(_ -> Retention.events(100))
                .limits(max -> max.entriesMax(10).lookMax(4).channelsMax(10))
                .open();
        publish(log, "a", "old");
        for (int i = 0; i < 20; i++) publish(log, "$revoked", "r" + i);
        publish(log, "$audit", "deleted");
        for (int i = 0; i < 50; i++) publish(log, "c/" + i % 5, Integer.toString(i));
        assertThat(log.channel(HubChannels.REVOKED).events()).isEqualTo(20);
        assertThat(log.channel(HubChannels.AUDIT).events()).isEqualTo(1);
        long others =
                log.channels(null, 100).stream().mapToLong(ChannelState::events).sum();
        assertThat(others).as("the others have the whole limit for themselves").isBetween(10L, 11L);
    }

    @Test
    void acceptsARevocationBeyondTheChannelLimit() {
        MemoryLog log = builder.limits(max -> max.channelsMax(1)).open();
        publish(log, "a", "1");
        publish(log, "$revoked", "r");
        assertThat(log.channel(HubChannels.REVOKED).events()).isEqualTo(1);
    }

    @Test
    void countsEndsOfChannelsAsEntries() {
        MemoryLog log = builder.limits(max -> max.entriesMax(10)).open();
        for (int i = 0; i < 100; i++)
            get(log.append(new Publication(Draft.end(new ChannelName("c/" + i)), Conditions.NONE)));
        assertThat(log.channels(null, 1_000)).hasSizeBetween(10, 11);
    }

    @Test
    void foldsTheOldestMarksBeyondTheirLimit() {
        MemoryLog log = builder.limits(max -> max.marks(2, Duration.ofDays(1))).open();
        ReadCursor begin = ReadCursor.at(log.head());
        for (String channel : List.of("a", "b", "c", "d")) {
            publish(log, channel, "x");
            get(log.delete(new ChannelName(channel)));
        }
        ReadCursor end = ReadCursor.at(log.head());
        for (String channel : List.of("a", "b", "c", "d", "never/used")) {
            assertThat(read(log, begin, channel))
                    .as("never without a gap: %s", channel)
                    .isInstanceOf(Read.Missing.class);
            assertThat(read(log, end, channel)).isInstanceOf(Read.CaughtUp.class);
        }
        assertThat(read(log, begin, "*")).isInstanceOf(Read.Missing.class);
        publish(log, "living", "1");
        ReadCursor later = ReadCursor.at(publish(log, "a", "2"));
        publish(log, "a", "3");
        assertThat(read(log, begin, "a"))
                .as("kept again, it still reports its loss")
                .isInstanceOf(Read.Missing.class);
        assertThat(dataOf(read(log, later, "a"))).containsExactly("3");
        assertThat(log.changedSince(begin.cursor(), channel -> {}))
                .as("no longer known")
                .isNull();
        assertThat(log.changedSince(end.cursor(), channel -> {})).isEqualTo(log.head());
    }

    @Test
    void foldsMarksOfChannelsThatHaveBeenEmptyForLong() {
        MemoryLog log =
                builder.limits(max -> max.marks(1_000, Duration.ofDays(1))).open();
        ReadCursor begin = ReadCursor.at(log.head());
        publish(log, "a", "x");
        get(log.delete(new ChannelName("a")));
        clock.advance(Duration.ofHours(24));
        log.maintain();
        assertThat(read(log, begin, "b")).as("b lost nothing").isInstanceOf(Read.CaughtUp.class);
        clock.advance(Duration.ofHours(1));
        log.maintain();
        assertThat(read(log, begin, "a")).isInstanceOf(Read.Missing.class);
        assertThat(read(log, begin, "b"))
                .as("a gap without cause, which is allowed")
                .isInstanceOf(Read.Missing.class);
        ReadCursor known = ((Read.Missing) read(log, begin, "a", "b")).resume();
        assertThat(read(log, known, "a", "b")).isInstanceOf(Read.CaughtUp.class);
    }

    @Test
    void keepsTheMarkOfAChannelThatKeepsEntries() {
        MemoryLog log = builder.limits(max -> max.marks(0, Duration.ofMillis(1)))
                .retention(channel -> Retention.events(1))
                .open();
        ReadCursor begin = ReadCursor.at(log.head());
        publish(log, "a", "1");
        publish(log, "a", "2");
        clock.advance(Duration.ofDays(10));
        log.maintain();
        assertThat(read(log, begin, "a")).isInstanceOf(Read.Missing.class);
        assertThat(read(log, begin, "b")).as("nothing folded").isInstanceOf(Read.CaughtUp.class);
    }

    @Test
    void refusesChannelsBeyondTheLimit() {
        MemoryLog log = builder.limits(max -> max.channelsMax(2)).open();
        publish(log, "a", "1");
        publish(log, "b", "1");
        assertThat(append(log, "c", "1", Conditions.NONE)).isEqualTo(new AppendResult.TooManyChannels(2));
        assertThat(log.channel(new ChannelName("c")).latest()).isNull();
        publish(log, "a", "2");
        assertThat(dataOf(read(log, earliest(log, "**"), "**"))).containsExactly("1", "1", "2");
        get(log.delete(new ChannelName("b")));
        publish(log, "c", "2");
        assertThat(append(log, "b", "2", Conditions.NONE)).isEqualTo(new AppendResult.TooManyChannels(2));
    }

    @Test
    void refusesAWholeBatchThatWouldCreateTooManyChannels() {
        MemoryLog log = builder.limits(max -> max.channelsMax(2)).open();
        assertThat(get(log.appendAll(batch("a", "a", "b", "b", "c"))))
                .isEqualTo(new AppendResult.Batch.None(4, new AppendResult.TooManyChannels(2)));
        assertThat(log.channels(null, 10)).isEmpty();
        assertThat(get(log.appendAll(batch("a", "a", "b", "b")))).isInstanceOf(AppendResult.Batch.All.class);
    }

    @Test
    void aRefusedBatchCountsNoChannels() {
        MemoryLog log = builder.limits(max -> max.channelsMax(2)).open();
        get(log.appendAll(batch("a", "b", "c")));
        publish(log, "x", "1");
        publish(log, "y", "1");
    }

    private static List<Publication> batch(String... channels) {
        return List.of(channels).stream()
                .map(each -> new Publication(
                        Draft.event(new ChannelName(each), "message", Contents.text("1")), Conditions.NONE))
                .toList();
    }

    @Test
    void dropsTheOldestIdempotencyKeysBeyondTheLimit() {
        MemoryLog log = builder.limits(max -> max.keysMax(2)).open();
        for (String key : List.of("1", "2", "3")) append(log, "a", "x", once(key));
        assertThat(append(log, "a", "x", once("3"))).isInstanceOf(AppendResult.Same.class);
        assertThat(append(log, "a", "x", once("2"))).isInstanceOf(AppendResult.Same.class);
        assertThat(append(log, "a", "x", once("1"))).isInstanceOf(AppendResult.Placed.class);
    }

    @Test
    void remembersFewerIdempotencyKeysWhenTheyAreLong() {
        MemoryLog log = builder.limits(max -> max.keysMax(10)).open();
        for (int i = 0; i < 10; i++) append(log, "a", "x", once("k".repeat(254) + i));
        int remembered = 0;
        for (int i = 9; i >= 0; i--) {
            if (append(log, "a", "x", once("k".repeat(254) + i)) instanceof AppendResult.Same) remembered++;
            else break;
        }
        assertThat(remembered).as("of 10 that take 1.4 times as much as usual").isEqualTo(6);
    }

    /// They take more than those of callers with names, as their publishes are found again from any address.
    @Test
    void remembersAsManyKeysOfAnonymousCallersAsItMay() {
        MemoryLog log = builder.limits(max -> max.keysMax(10)).open();
        for (int i = 0; i < 10; i++) append(log, "a", "x", onceFrom(i));
        for (int i = 0; i < 10; i++)
            assertThat(append(log, "a", "x", onceFrom(i))).isInstanceOf(AppendResult.Same.class);
    }

    /// A channel without state might have been deleted, as far as the folded mark tells.
    @Test
    void remembersKeysOfAChannelWhoseMarkWasFolded() {
        MemoryLog log = builder.limits(max -> max.marks(0, Duration.ofDays(1)))
                .retention(channel -> new Retention(Duration.ofMinutes(1), 10, 10_000))
                .open();
        append(log, "a", "x", once("1"));
        clock.advance(Duration.ofMinutes(2));
        log.maintain();
        publish(log, "b", "y");
        get(log.delete(new ChannelName("b")));
        assertThat(log.status().channels()).as("known by the folded mark alone").isZero();
        assertThat(append(log, "a", "x", once("1"))).isInstanceOf(AppendResult.Same.class);
    }

    private static Conditions onceFrom(int client) {
        String publisher = new Principal("", "203.0.113." + client).keyScope().text();
        String key = "0b8e4b1c-7a55-4a0e-9d5e-3f1f6f0c2a0" + client;
        return new Conditions(new Conditions.Idempotency(publisher, key, "print"), new Conditions.Newest.Any());
    }

    private static Conditions once(String key) {
        return new Conditions(new Conditions.Idempotency("", key, "print"), new Conditions.Newest.Any());
    }

    @Test
    void refusesWaitersBeyondTheLimit() {
        MemoryLog log = builder.limits(max -> max.waitersMax(2)).open();
        String ahead = new Cursor(log.head().epoch(), 5).text();
        List<CompletableFuture<ResolvedCursor>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) waiting.add(log.resolve(ahead).toCompletableFuture());
        assertThat(waiting.get(0)).isNotDone();
        assertThat(waiting.get(1)).isNotDone();
        assertThat(waiting.get(2)).isCompletedExceptionally();
        waiting.get(0).cancel(false);
        assertThat(log.resolve(ahead).toCompletableFuture())
                .as("a place is free again")
                .isNotDone();
    }

    @Test
    void returnsHowFarItReadWhenNothingMatched() {
        MemoryLog log = builder.limits(max -> max.lookMax(10)).open();
        ReadCursor begin = ReadCursor.at(log.head());
        Cursor tenth = null;
        for (int i = 0; i < 25; i++) {
            Cursor id = publish(log, "noise", "x");
            if (i == 9) tenth = id;
        }
        publish(log, "signal", "y");
        assertThat(dataOf(read(log, begin, "signal")))
                .as("by name: no other channel is examined")
                .containsExactly("y");
        assertThat(dataOf(read(log, begin, "signal/*", "signal")))
                .as("nor with a wildcard")
                .containsExactly("y");
        assertThat(read(log, begin, "signal/*")).isEqualTo(new Read.CaughtUp(log.head()));
        Filter other = Filter.types(Set.of("other"));
        assertThat(log.read(begin, Selection.of("noise"), other, 100, 100)).isEqualTo(new Read.Batch(List.of(), tenth));
    }

    @Test
    void returnsUpToTheRequestedBytes() {
        MemoryLog log = builder.open();
        ReadCursor begin = ReadCursor.at(log.head());
        for (String data : List.of("1", "22", "333", "4")) publish(log, "a", data);
        assertThat(dataOf(log.read(begin, Selection.of("a"), Filter.NONE, 100, 6)))
                .containsExactly("1", "22", "333");
    }

    @Test
    void skipsNoEntryWhenTheGapIsTooLongToExamine() {
        MemoryLog log = builder.limits(max -> max.lookMax(10)).open();
        ReadCursor begin = ReadCursor.at(log.head());
        for (int i = 0; i < 25; i++) publish(log, "noise", "x");
        publish(log, "a/kept", "y");
        publish(log, "a/gone", "z");
        get(log.delete(new ChannelName("a/gone")));
        Read.Missing missing = (Read.Missing) read(log, begin, "a/*");
        assertThat(missing.resume().cursor()).isEqualTo(begin.cursor());
        ReadCursor place = missing.resume();
        List<String> found = new ArrayList<>();
        while (read(log, place, "a/*") instanceof Read.Batch batch) {
            found.addAll(Contents.describeAll(batch.entries()));
            place = place.moved(batch.next());
        }
        assertThat(found).containsExactly("y");
    }

    @Test
    void searchesForAFarStartOnAnotherThread() {
        MemoryLog log = builder.open();
        publish(log, "signal", "y");
        for (int i = 0; i < 70_000; i++) publish(log, "noise", "x");
        ReadCursor place = get(log.locate(new Start.Last(1), Selection.of("signal", "*/*"), Filter.NONE));
        assertThat(read(log, place, "signal")).isInstanceOf(Read.Batch.class);
        List<ChannelName> changed = new ArrayList<>();
        assertThat(log.changedSince(place.cursor(), changed::add))
                .as("too many to name")
                .isNull();
        assertThat(changed).isEmpty();
        assertThat(log.lag(place, Selection.of("noise"))).isEqualTo(new Lag(70_000, 70_000));
    }

    @Test
    void reportsExceptionsOfListeners() {
        MemoryLog log = builder.open();
        AtomicInteger reported = new AtomicInteger();
        Thread thread = Thread.currentThread();
        Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((where, broken) -> reported.incrementAndGet());
        try {
            log.onHeadMoved(() -> {
                throw new IllegalStateException("thrown by the test's listener");
            });
            publish(log, "a", "1");
        } finally {
            thread.setUncaughtExceptionHandler(before);
        }
        assertThat(reported).hasValue(1);
    }

    @Test
    void failsAnAppendWhoseRetentionRuleThrowsAndAcceptsOthers() {
        MemoryLog log = builder.retention(channel -> {
                    if (channel.value().equals("bad")) throw new IllegalStateException("no rule");
                    return Retention.ALL;
                })
                .open();
        Draft draft = Draft.event(new ChannelName("bad"), "message", Contents.text("x"));
        assertThat(log.append(new Publication(draft, Conditions.NONE)).toCompletableFuture())
                .isCompletedExceptionally();
        publish(log, "good", "1");
        assertThat(dataOf(read(log, earliest(log, "**"), "**"))).containsExactly("1");
    }

    @Test
    void refusesLimitsWithoutRoomForAnything() {
        assertThatThrownBy(() -> builder.limits(max -> max.entriesMax(0)).open())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Retention(Duration.ZERO, 1, 1)).hasMessageContaining("maxAge");
        assertThatThrownBy(() -> new Retention(Duration.ofDays(1), 0, 1)).hasMessageContaining("maxEvents");
        assertThatThrownBy(() -> new Retention(Duration.ofDays(1), 1, 0)).hasMessageContaining("maxBytes");
    }

    @Test
    void drawsANewEpochForEachLog() {
        assertThat(MemoryLog.builder(clock).open().head().epoch())
                .isNotEqualTo(MemoryLog.builder(clock).open().head().epoch());
        assertThat(MemoryLog.builder(clock).open().head().epoch().value()).matches("[0-9a-z]{6}");
    }

    @Test
    void freesShortLivedChannels() {
        MemoryLog log = builder.limits(max -> max.marks(100, Duration.ofDays(1)))
                .retention(channel -> new Retention(Duration.ofDays(30), 10, 1 << 20))
                .open();
        for (int i = 0; i < 10_000; i++) {
            publish(log, "short/" + i, "x");
            get(log.delete(new ChannelName("short/" + i)));
        }
        assertThat(log.channelsKnown()).isLessThanOrEqualTo(100);
        assertThat(log.channels(null, 10)).isEmpty();
    }

    @Test
    void dropsExpiredEntriesOfManyChannelsAtOnce() {
        MemoryLog log = builder.retention(channel -> new Retention(Duration.ofMinutes(1), 10_000, 1 << 30))
                .open();
        for (int i = 0; i < 5_000; i++) publish(log, "c/" + i, "x");
        for (int i = 0; i < 5_000; i++) publish(log, "busy", "x");
        clock.advance(Duration.ofMinutes(2));
        Cursor young = publish(log, "busy", "y");
        log.maintain();
        assertThat(log.channels(null, 10)).hasSize(1);
        assertThat(log.channel(new ChannelName("busy")).earliest()).isEqualTo(young);
    }

    @Test
    void countsExpiredEntriesOnceWhenSeveralTurnsDropThem() {
        Retention rule = new Retention(Duration.ofMinutes(10), 1_000_000, 1 << 30).andNewestOfKey();
        MemoryLog log = builder.retention(channel -> rule).open();
        Draft keyed = Draft.event(new ChannelName("a"), "message", EventFields.ofKey("key"), Contents.text("kept"));
        get(log.append(new Publication(keyed, Conditions.NONE)));
        for (int i = 0; i < 2_500; i++) publish(log, "a", "x");
        clock.advance(Duration.ofDays(1));
        log.maintain();
        assertThat(dataOf(read(log, earliest(log, "a"), "a"))).containsExactly("kept", "x");
        assertThat(log.channel(new ChannelName("a")).events()).isEqualTo(2);
        assertThat(log.channel(new ChannelName("a")).bytes()).isEqualTo(5);
    }
}
