package dev.sluice.core.log;

import static dev.sluice.core.log.TestLog.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Runs the log contract on a log whose writes are acknowledged before it has received them.
final class LaggingLogTest implements LogContract {
    private static final ChannelName A = new ChannelName("a");

    @Override
    public Log open(Retention rule, InstantSource clock) {
        return new LaggingLog(clock, log -> log.retention(channel -> rule)).follow();
    }

    @Override
    public void settle(Log log) {
        ((LaggingLog) log).awaitCaughtUp();
    }

    private static LaggingLog lagging() {
        return new LaggingLog(new TestClock(), log -> log);
    }

    private static Cursor publish(LaggingLog log, String data) {
        Publication publication = new Publication(draft("a", data, false), Conditions.NONE);
        return ((AppendResult.Placed) TestLog.get(log.append(publication))).id();
    }

    private static Read read(LaggingLog log, ReadCursor place) {
        return log.read(place, Selection.of(A), Filter.NONE, 10, 1_000);
    }

    @Test
    void showsOnlyWhatThisNodeHasReceived() {
        try (LaggingLog log = lagging()) {
            ReadCursor begin = ReadCursor.at(log.head());
            Cursor first = publish(log, "1");
            Cursor second = publish(log, "2");
            assertThat(log.leader().head()).isEqualTo(second);
            assertThat(log.head()).isEqualTo(begin.cursor());
            assertThat(read(log, begin)).isEqualTo(new Read.CaughtUp(begin.cursor()));
            assertThat(log.channel(A).latest()).isNull();
            assertThat(TestLog.get(log.locate(new Start.Latest(), Selection.of(A), Filter.NONE)))
                    .isEqualTo(begin);

            log.advance(1);
            assertThat(log.head()).isEqualTo(first);
            assertThat(log.channel(A).latest()).isEqualTo(first);
            List<ChannelName> changed = new ArrayList<>();
            assertThat(log.changedSince(begin.cursor(), changed::add)).isEqualTo(first);
            assertThat(changed).containsOnly(A);
            assertThat(Contents.describeAll(((Read.Batch) read(log, begin)).entries()))
                    .containsExactly("1");
            assertThat(read(log, ReadCursor.at(first))).isEqualTo(new Read.CaughtUp(first));
            assertThat(log.lag(begin, Selection.of(A)).events()).isEqualTo(1);
        }
    }

    @Test
    void notifiesListenersWhenThisNodesHeadMoves() {
        try (LaggingLog log = lagging()) {
            AtomicInteger calls = new AtomicInteger();
            log.onHeadMoved(calls::incrementAndGet);
            publish(log, "1");
            assertThat(calls).hasValue(0);
            log.catchUp();
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void waitsForAnIdAssignedByTheLeader() {
        try (LaggingLog log = lagging()) {
            publish(log, "1");
            Cursor second = publish(log, "2");
            CompletableFuture<ResolvedCursor> resolved =
                    log.resolve(second.text()).toCompletableFuture();
            log.advance(1);
            assertThat(resolved).isNotDone();
            log.advance(1);
            assertThat(TestLog.get(resolved)).isEqualTo(new ResolvedCursor.At(second));
        }
    }

    @Test
    void checksConditionsOnTheLeader() {
        try (LaggingLog log = lagging()) {
            Cursor first = publish(log, "1");
            Conditions ifNone = new Conditions(null, new Conditions.Newest.None());
            assertThat(TestLog.get(log.append(new Publication(draft("a", "2", false), ifNone))))
                    .isEqualTo(new AppendResult.NewestDiffers(first));
        }
    }

    @Test
    void reportsADeletionWhenThisNodeHasReceivedIt() {
        try (LaggingLog log = lagging()) {
            ReadCursor begin = ReadCursor.at(log.head());
            publish(log, "1");
            assertThat(TestLog.get(log.delete(A))).isTrue();
            log.advance(1);
            assertThat(read(log, begin)).isInstanceOf(Read.Batch.class);
            log.advance(1);
            assertThat(read(log, begin)).isInstanceOf(Read.Missing.class);
            assertThat(log.head()).isEqualTo(log.leader().head());
        }
    }

    @Test
    void reachesTheLeadersStateThroughTrims() {
        TestClock clock = new TestClock();
        try (LaggingLog log = new LaggingLog(clock, options -> options.retention(channel -> Retention.events(2)))) {
            ReadCursor begin = ReadCursor.at(log.head());
            for (int i = 0; i < 5; i++) publish(log, Integer.toString(i));
            log.advance(2);
            assertThat(Contents.describeAll(((Read.Batch) read(log, begin)).entries()))
                    .as("not yet trimmed here")
                    .containsExactly("0", "1");
            log.catchUp();
            assertThat(read(log, begin))
                    .isEqualTo(log.leader().read(begin, Selection.of(A), Filter.NONE, 10, 1_000))
                    .isInstanceOf(Read.Missing.class);
            assertThat(log.channel(A)).isEqualTo(log.leader().channel(A));
        }
    }
}
