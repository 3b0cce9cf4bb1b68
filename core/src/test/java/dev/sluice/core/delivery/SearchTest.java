package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.SearchRefused;
import dev.sluice.core.log.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// Beginnings that the log has to look for.
final class SearchTest {
    private static final Subscription LAST =
            Subscription.latest(Selection.of("*")).from(new Subscription.From.At(new Start.Last(10)));

    /// A log that finds no place before the test says so.
    private static final class Searching extends ForwardingLog {
        final CompletableFuture<Place> search = new CompletableFuture<>();
        final CompletableFuture<Read> read = new CompletableFuture<>();

        Searching(Log log) {
            super(log);
        }

        @Override
        public CompletionStage<Place> locate(Start start, Selection selection, Filter filter) {
            return search;
        }

        @Override
        public Read read(Place place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
            return new Read.Elsewhere(read);
        }
    }

    private final List<Searching> logs = new ArrayList<>();

    private Rig rig() {
        return Rig.behind(log -> {
            logs.add(new Searching(log));
            return logs.getFirst();
        });
    }

    @Test
    void areNotCutByTheTimeForACursorAheadOfTheLog() {
        try (Rig rig = rig()) {
            Client client = rig.open(LAST);
            rig.publish("a", "1");
            rig.settle().pass(Duration.ofSeconds(60));
            assertThat(client.opened).isNull();
            logs.getFirst().search.complete(Place.at(rig.log.head()));
            rig.settle().pass(Duration.ofSeconds(60));
            assertThat(client.opened).as("a read from disk").isNull();
            logs.getFirst().read.complete(new Read.CaughtUp(rig.log.head()));
            rig.settle();
            assertThat(client.opened).isEqualTo("begins");
        }
    }

    @Test
    void behindACursorThatIsKnownAreNotCutEither() {
        try (Rig rig = rig()) {
            Client client = rig.open(Rig.resume(Selection.of("*"), rig.log.head()));
            rig.settle().pass(Duration.ofSeconds(60));
            assertThat(client.opened).isNull();
            logs.getFirst().read.complete(new Read.CaughtUp(rig.log.head()));
            rig.settle();
            assertThat(client.opened).isEqualTo("begins");
        }
    }

    @Test
    void thatTakeTooLongSaySo() {
        try (Rig rig = rig()) {
            Client client = rig.open(LAST);
            logs.getFirst().search.completeExceptionally(new SearchRefused(SearchRefused.Reason.TOO_LONG, "too long"));
            rig.settle();
            assertThat(client.opened).isEqualTo("too far");
        }
    }

    @Test
    void beyondThoseThatWaitAreRefusedForNow() {
        try (Rig rig = rig()) {
            Client client = rig.open(LAST);
            logs.getFirst().search.completeExceptionally(new SearchRefused(SearchRefused.Reason.TOO_MANY, "too many"));
            rig.settle();
            assertThat(client.opened).isEqualTo("unavailable");
        }
    }

    @Test
    void areGivenUpWithTheirPoll() {
        try (Rig rig = rig()) {
            Poll poll = Poll.ask(rig.dispatcher(), LAST, 10, 1_000, 0, null, result -> {});
            poll.close();
            assertThat(logs.getFirst().search).isCancelled();
        }
    }

    @Test
    void areGivenUpWithTheirSubscriber() {
        try (Rig rig = rig()) {
            Client client = rig.open(LAST);
            rig.settle();
            client.leave();
            assertThat(logs.getFirst().search).isCancelled();
        }
    }

    @Test
    void areGivenUpWithTheirSession() {
        try (Rig rig = rig()) {
            Session session =
                    new Session(rig.dispatcher(), new SessionPropertyTest.Voice(), _ -> new FakeSink(), 60_000);
            SessionPropertyTest.Named wire = new SessionPropertyTest.Named(rig.wire, "s");
            session.subscribe("s", LAST, wire, wire);
            rig.settle();
            session.close();
            assertThat(logs.getFirst().search).isCancelled();
        }
    }
}
