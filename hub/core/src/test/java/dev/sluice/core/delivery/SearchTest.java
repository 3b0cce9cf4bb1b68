package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.SearchLimit;
import dev.sluice.core.log.SearchRejectedException;
import dev.sluice.core.log.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// Start positions that the log has to search for.
final class SearchTest {
    private static final SubscriptionSpec LAST =
            SubscriptionSpec.latest(Selection.of("*")).from(new SubscriptionSpec.From.At(new Start.Last(10)));

    /// A log whose searches complete when the test completes them.
    private static final class SearchingLog extends ForwardingLog {
        final CompletableFuture<ReadCursor> search = new CompletableFuture<>();
        final CompletableFuture<Read> read = new CompletableFuture<>();

        SearchingLog(Log log) {
            super(log);
        }

        @Override
        public CompletionStage<ReadCursor> locate(Start start, Selection selection, Filter filter) {
            return search;
        }

        @Override
        public Read read(ReadCursor place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
            return new Read.Pending(read);
        }
    }

    private final List<SearchingLog> logs = new ArrayList<>();

    private Rig rig() {
        return Rig.wrapping(log -> {
            logs.add(new SearchingLog(log));
            return logs.getFirst();
        });
    }

    @Test
    void areNotLimitedByTheTimeoutForACursorAheadOfTheLog() {
        try (Rig rig = rig()) {
            Client client = rig.open(LAST);
            rig.publish("a", "1");
            rig.settle().pass(Duration.ofSeconds(60));
            assertThat(client.outcome).isNull();
            logs.getFirst().search.complete(ReadCursor.at(rig.log.head()));
            rig.settle().pass(Duration.ofSeconds(60));
            assertThat(client.outcome).as("a read from disk").isNull();
            logs.getFirst().read.complete(new Read.CaughtUp(rig.log.head()));
            rig.settle();
            assertThat(client.outcome).isEqualTo("begins");
        }
    }

    @Test
    void areNotLimitedAfterAKnownCursorEither() {
        try (Rig rig = rig()) {
            Client client = rig.open(Rig.resume(Selection.of("*"), rig.log.head()));
            rig.settle().pass(Duration.ofSeconds(60));
            assertThat(client.outcome).isNull();
            logs.getFirst().read.complete(new Read.CaughtUp(rig.log.head()));
            rig.settle();
            assertThat(client.outcome).isEqualTo("begins");
        }
    }

    @Test
    void areReportedIfTheyTakeTooLong() {
        try (Rig rig = rig()) {
            Client client = rig.open(LAST);
            logs.getFirst().search.completeExceptionally(new SearchRejectedException(SearchLimit.TOO_LONG, "too long"));
            rig.settle();
            assertThat(client.outcome).isEqualTo("too far");
        }
    }

    @Test
    void areRefusedForNowBeyondTheLimitOfWaitingSearches() {
        try (Rig rig = rig()) {
            Client client = rig.open(LAST);
            logs.getFirst().search.completeExceptionally(new SearchRejectedException(SearchLimit.TOO_MANY, "too many"));
            rig.settle();
            assertThat(client.outcome).isEqualTo("unavailable");
        }
    }

    @Test
    void areCancelledWithTheirPoll() {
        try (Rig rig = rig()) {
            Poll poll =
                    Poll.start(rig.dispatcher(), Grant.EVERYTHING, LAST, 10, 1_000, 0, null, _ -> true, result -> {});
            poll.close();
            assertThat(logs.getFirst().search).isCancelled();
        }
    }

    @Test
    void areCancelledWithTheirSubscriber() {
        try (Rig rig = rig()) {
            Client client = rig.open(LAST);
            rig.settle();
            client.disconnect();
            assertThat(logs.getFirst().search).isCancelled();
        }
    }

    @Test
    void areCancelledWithTheirSession() {
        try (Rig rig = rig()) {
            Session session = new Session(
                    rig.dispatcher(),
                    Grant.EVERYTHING,
                    new SessionPropertyTest.TestCallbacks(),
                    _ -> new FakeSink(),
                    60_000,
                    Session.AGELESS);
            SessionPropertyTest.NamedWire wire = new SessionPropertyTest.NamedWire(rig.wire, "s");
            session.subscribe(Grant.EVERYTHING, "s", LAST, wire, wire);
            rig.settle();
            session.close();
            assertThat(logs.getFirst().search).isCancelled();
        }
    }
}
