package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Overflow;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.log.ColdLog;
import dev.sluice.core.log.GapReason;
import dev.sluice.core.log.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A log whose older entries are read from disk: readers wait for them without delaying others.
class PendingReadTest {
    private static final String CHANNEL = "news";
    private final Selection selection = Selection.of(CHANNEL);

    private static Rig cold() {
        return Rig.wrapping(ColdLog::new);
    }

    private static ColdLog log(Rig rig) {
        return (ColdLog) rig.log;
    }

    /// Publishes events and makes them cold: reads of them complete later.
    private List<String> history(Rig rig, int events) {
        List<String> history = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            history.add("event " + i);
            rig.publish(CHANNEL, history.getLast());
        }
        log(rig).coolBefore(rig.log.head());
        return history;
    }

    private static void answerAll(Rig rig) {
        do rig.settle();
        while (log(rig).answer());
    }

    @Test
    void continuesFromColdHistoryToLiveEventsWithoutLoss() {
        try (Rig rig = cold()) {
            List<String> expected = history(rig, 2_000);
            Client client = rig.open(Rig.earliest(selection));
            rig.settle();
            assertThat(client.outcome)
                    .describedAs("before the first read completed")
                    .isNull();
            for (int i = 0; i < 30; i++) {
                expected.add("live " + i);
                rig.publish(CHANNEL, expected.getLast());
                rig.settle();
                log(rig).answer();
            }
            answerAll(rig);
            assertThat(client.data()).isEqualTo(expected);
            assertThat(client.subscriber().cursor()).isEqualTo(rig.log.head());
        }
    }

    @Test
    void continuesWhereTheSinkAcceptedLessThanExpected() {
        try (Rig rig = cold()) {
            List<String> expected = history(rig, 600);
            Client client = rig.open(Rig.earliest(selection), rig.wire, new FakeSink().accepting(777));
            for (int i = 0; i < 2_000 && client.sink.ended() == null; i++) {
                rig.settle();
                if (client.outcome != null) client.subscriber().writable();
                if (i % 3 > 0) log(rig).answer(); // Late, and often for a place the reader has left.
            }
            client.sink.acceptingAll();
            client.subscriber().writable();
            answerAll(rig);
            assertThat(client.data()).isEqualTo(expected);
        }
    }

    /// The loss can make the next read fast, and a slow socket keep the reader where it is.
    @ParameterizedTest
    @EnumSource(names = {"TRIMMED", "DELETED", "SKIPPED"})
    void reportsALossOnceThoughAReadFromBeforeItCompletesLater(GapReason reason) {
        Retention retention = reason == GapReason.TRIMMED ? Retention.events(1) : Retention.ALL;
        HubSettings settings =
                reason == GapReason.SKIPPED ? Rig.overflow(2, Overflow.Then.NEWEST_OF_KEY) : HubSettings.DEFAULT;
        try (Rig rig = Rig.wrapping(ColdLog::new, log -> log.retention(_ -> retention), settings, 1)) {
            Client client = rig.follow("quiet", "busy");
            rig.settle();
            rig.publish("quiet", "message", "key", "kept");
            log(rig).coolBefore(rig.publish("busy", "message", "key", "lost"));
            rig.settle();
            assertThat(log(rig).pending()).isEqualTo(1);

            if (reason == GapReason.DELETED) rig.delete("busy");
            rig.publish("busy", "message", "key", "last");
            log(rig).coolBefore(client.startCursor);
            client.sink.accepting(0);
            rig.settle();

            log(rig).coolBefore(rig.log.head());
            client.drain();
            answerAll(rig);
            assertThat(client.received())
                    .filteredOn(WireOutput.AGap.class::isInstance)
                    .singleElement()
                    .isEqualTo(new WireOutput.AGap(client.startCursor.text(), client.startCursor, reason));
            assertThat(client.data()).containsExactly("kept", "last");
        }
    }

    private static void subscribe(Rig rig, Session session, String name, SubscriptionSpec spec) {
        SessionPropertyTest.NamedWire wire = new SessionPropertyTest.NamedWire(rig.wire, name);
        session.subscribe(Grant.EVERYTHING, name, spec, wire, wire);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deliversNothingThatWasDeletedWhileItsSessionWasBlocked(boolean isWholeChannel) {
        try (Rig rig = cold()) {
            Cursor secret = rig.publish(CHANNEL, "secret");
            log(rig).coolBefore(secret);
            FakeSink sink = new FakeSink();
            Session session = new Session(
                    rig.dispatcher(),
                    Grant.EVERYTHING,
                    new SessionPropertyTest.TestCallbacks(),
                    _ -> sink,
                    60_000,
                    Session.AGELESS);
            subscribe(rig, session, "live", SubscriptionSpec.latest(Selection.of("other")));
            subscribe(rig, session, "cold", Rig.earliest(selection));
            rig.settle();
            log(rig).answer(); // The read before its first frame.
            rig.settle();
            assertThat(log(rig).pending()).isEqualTo(1);

            sink.accepting(5);
            Cursor blocking = rig.publish("other", "blocks");
            rig.settle();
            log(rig).answer();
            rig.settle();
            if (isWholeChannel) rig.delete(CHANNEL);
            else rig.forget(CHANNEL, secret);
            rig.settle();

            sink.acceptingAll();
            session.writable();
            answerAll(rig);
            List<WireOutput> received = WireOutput.parse(sink.bytes()).complete();
            assertThat(received).contains(new WireOutput.AnEvent(blocking, "other", "blocks"));
            if (isWholeChannel) {
                assertThat(received)
                        .noneMatch(each -> each instanceof WireOutput.AnEvent event
                                && event.id().equals(secret))
                        .anyMatch(each -> each instanceof WireOutput.AGap gap && gap.reason() == GapReason.DELETED);
            } else {
                assertThat(received).contains(new WireOutput.AnEvent(secret, CHANNEL, "(forgotten)"));
            }
        }
    }

    @Test
    void doesNotDelayOtherReaders() {
        try (Rig rig = cold()) {
            history(rig, 10);
            rig.open(Rig.earliest(selection));
            Client live = rig.follow(CHANNEL);
            rig.settle();
            rig.publish(CHANNEL, "live");
            rig.settle();
            assertThat(live.data()).containsExactly("live");
            assertThat(log(rig).pending()).isEqualTo(1);
        }
    }

    @Test
    void deliversAnEventPublishedAfterAPendingReadReachedTheHead() {
        try (Rig rig = cold()) {
            SubscriptionSpec latest = SubscriptionSpec.latest(selection);
            Client client =
                    rig.open(new SubscriptionSpec(selection, Set.of("tick"), latest.from(), false, false, false));
            rig.settle();
            rig.publish(CHANNEL, "no tick");
            log(rig).coolBefore(rig.log.head());
            rig.settle();
            log(rig).answer(); // Completes at the head; before the reader processes it, the log grows.
            rig.publish(CHANNEL, "tick", null, "a");
            answerAll(rig);
            assertThat(client.data()).containsExactly("a");
        }
    }

    @Test
    void endsTheStreamWhenAReadFails() {
        try (Rig rig = cold()) {
            history(rig, 600);
            Client client = rig.open(Rig.earliest(selection));
            rig.settle();
            log(rig).answer();
            rig.settle();
            log(rig).fail(new IllegalStateException("disk"));
            rig.settle();
            assertThat(client.received()).last().isEqualTo(new WireOutput.AnEnd("Unavailable"));
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void cutsTheStreamWhenAReadFailsInTheMiddleOfAnEvent() {
        try (Rig rig = cold()) {
            history(rig, 600);
            Client client = rig.open(Rig.earliest(selection), rig.wire, new FakeSink().accepting(5));
            rig.settle();
            while (client.sink.size() == 0) {
                log(rig).answer();
                rig.settle();
            }
            while (log(rig).answer()) rig.settle();
            client.subscriber().writable();
            rig.settle();
            log(rig).fail(new IllegalStateException("disk"));
            rig.settle();
            assertThat(client.sink.size()).isEqualTo(5);
            assertThat(client.sink.ended()).isFalse();
        }
    }

    @Test
    void refusesASubscriptionWhenItsFirstReadFails() {
        try (Rig rig = cold()) {
            history(rig, 10);
            Client client = rig.open(Rig.earliest(selection));
            rig.settle();
            log(rig).fail(new IllegalStateException("disk"));
            rig.settle();
            assertThat(client.outcome).isEqualTo("unavailable");
        }
    }

    @Test
    void ignoresReadsOfClosedSubscribers() {
        try (Rig rig = cold()) {
            history(rig, 600);
            Client early = rig.open(Rig.earliest(selection));
            Client later = rig.open(Rig.earliest(selection));
            rig.settle();
            early.subscriber().close();
            log(rig).answer();
            log(rig).answer();
            rig.settle();
            later.subscriber().close();
            int writes = later.sink.writes();
            answerAll(rig);
            assertThat(early.outcome).isNull();
            assertThat(later.sink.writes()).isEqualTo(writes);
        }
    }

    @Test
    void completesAnEventWhileTheEndFrameWaits() {
        try (Rig rig = cold()) {
            history(rig, 600);
            Client client = rig.open(Rig.earliest(selection), rig.wire, new FakeSink().accepting(5));
            rig.settle();
            while (client.sink.size() == 0) {
                log(rig).answer();
                rig.settle();
            }
            client.subscriber().end(new EndReason.Stopping());
            client.sink.acceptingAll();
            client.subscriber().writable();
            answerAll(rig);
            assertThat(client.data()).containsExactly("event 0");
            assertThat(client.received()).last().isEqualTo(new WireOutput.AnEnd("Stopping"));
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void answersAPollWithEventsPublishedDuringItsRead() {
        try (Rig rig = cold()) {
            Cursor begin = rig.publish("other", "x");
            log(rig).coolBefore(rig.publish("other", "y"));
            List<Poll.Result> results = new ArrayList<>();
            Poll.start(
                    rig.dispatcher(),
                    Grant.EVERYTHING,
                    Rig.resume(selection, begin),
                    10,
                    1 << 20,
                    10_000,
                    null,
                    _ -> true,
                    results::add);
            rig.settle();
            while (log(rig).answer()) {
                rig.publish(CHANNEL, "published during the read");
                rig.settle();
                if (!results.isEmpty()) break;
            }
            assertThat(results)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Poll.Result.Found.class,
                            found -> assertThat(found.events()).isNotEmpty());
        }
    }

    /// A client that gave up meanwhile would begin again.
    @Test
    void answersAPollThatHasReadForLongWithThePlaceThatItHasReached() {
        try (Rig rig = cold()) {
            Cursor begin = rig.publish("other", "x");
            Cursor cold = rig.publish(CHANNEL, "cold");
            log(rig).coolBefore(cold);
            rig.publish(CHANNEL, "new");
            List<Poll.Result> results = new ArrayList<>();
            Poll.start(
                    rig.dispatcher(),
                    Grant.EVERYTHING,
                    Rig.resume(selection, begin),
                    10,
                    1 << 20,
                    0,
                    null,
                    _ -> true,
                    results::add);
            rig.settle();
            assertThat(log(rig).pending()).isEqualTo(1);
            rig.jump(Duration.ofMillis(Poll.READ_MS_MAX));
            while (results.isEmpty() && log(rig).answer()) rig.settle();
            assertThat(results)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Poll.Result.Found.class,
                            found -> assertThat(found.more()).isTrue());
        }
    }
}
