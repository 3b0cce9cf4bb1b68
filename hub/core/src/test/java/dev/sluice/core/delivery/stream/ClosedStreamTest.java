package dev.sluice.core.delivery.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.Client;
import dev.sluice.core.delivery.FakeSink;
import dev.sluice.core.delivery.Poll;
import dev.sluice.core.delivery.RecordingWire;
import dev.sluice.core.delivery.Rig;
import dev.sluice.core.delivery.Session;
import dev.sluice.core.delivery.SessionPropertyTest;
import dev.sluice.core.log.ColdLog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Each stream that ends is counted by its reason and reported once. The reasons that come from a socket are tested
/// with the server.
class ClosedStreamTest {
    private static final String CHANNEL = "news";
    private final Selection selection = Selection.of(CHANNEL);
    private final SubscriptionSpec latest = SubscriptionSpec.latest(selection);

    private static void assertEnded(Rig rig, StreamKind kind, EndReason reason) {
        assertThat(rig.ended).extracting(ClosedStream::kind).containsExactly(kind);
        assertThat(rig.ended).extracting(ClosedStream::reason).containsExactly(reason);
        assertThat(rig.hub.metrics().endedStreams()).containsEntry(reason.kind(), 1L);
        assertThat(rig.hub.metrics().endedStreams().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(1);
    }

    @Test
    void isReportedWithItsPlace() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL, "other");
            rig.settle();
            rig.publish(CHANNEL, "a");
            rig.settle();
            client.subscriber().close();
            client.subscriber().close();
            assertThat(rig.ended)
                    .containsExactly(new ClosedStream(
                            StreamKind.SUBSCRIBER, "test", new EndReason.Disconnected(), rig.log.head(), 2));
            assertEnded(rig, StreamKind.SUBSCRIBER, new EndReason.Disconnected());
        }
    }

    @Test
    void hasTheReasonDecidedFirst() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(latest, rig.wire, new FakeSink().accepting(3));
            rig.settle();
            client.subscriber().end(new EndReason.Stopping());
            rig.settle();
            assertThat(rig.ended).as("before its final frame is written").isEmpty();
            client.subscriber().close();
            assertEnded(rig, StreamKind.SUBSCRIBER, new EndReason.Stopping());
        }
    }

    @Test
    void isReportedOnceIfItsClientNeverReceivesTheFinalFrame() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(latest);
            rig.settle();
            client.sink.setProgress(1);
            rig.endChannel(CHANNEL);
            rig.settle().pass(Duration.ofMinutes(2));
            assertThat(client.sink.ended()).isFalse();
            assertEnded(rig, StreamKind.SUBSCRIBER, new EndReason.Complete());
        }
    }

    @Test
    void hasTheReasonThatItsWireCannotExpress() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(latest, RecordingWire.eventsOnly(1), new FakeSink());
            rig.settle();
            rig.dispatcher().stop();
            assertThat(client.sink.ended()).isFalse();
            assertEnded(rig, StreamKind.SUBSCRIBER, new EndReason.Stopping());
        }
    }

    @Test
    void isUnavailableIfTheLogFailsInTheMiddleOfAnEvent() {
        try (Rig rig = Rig.wrapping(ColdLog::new)) {
            Client client = rig.open(latest, rig.wire, new FakeSink().accepting(5));
            rig.settle();
            rig.publish(CHANNEL, "more than it takes");
            rig.settle();
            ColdLog log = (ColdLog) rig.log;
            log.coolBefore(rig.log.head());
            client.subscriber().writable();
            rig.settle();
            log.fail(new IllegalStateException("disk"));
            rig.settle();
            assertThat(client.sink.ended()).isFalse();
            assertEnded(
                    rig, StreamKind.SUBSCRIBER, new EndReason.Unavailable("the log failed to read the next entries"));
        }
    }

    @Test
    void hasFailedIfItsTurnThrows() {
        try (Rig rig = Rig.start()) {
            Sink failing = new Sink() {
                @Override
                public int write(ByteBuffer bytes) {
                    throw new IllegalStateException("a broken sink");
                }

                @Override
                public long progress() {
                    return NOTHING_PENDING;
                }

                @Override
                public void end(boolean isComplete) {}
            };
            Session session = new Session(
                    rig.dispatcher(),
                    Grant.EVERYTHING,
                    new SessionPropertyTest.TestCallbacks(),
                    _ -> failing,
                    60_000,
                    Session.AGELESS);
            rig.loops.getFirst().execute(() -> session.enqueue(RecordingWire.control("hello")));
            try {
                rig.settle();
            } catch (IllegalStateException reported) {
                rig.settle();
            }
            assertEnded(rig, StreamKind.SESSION, new EndReason.Failed());
        }
    }

    @Test
    void isNoneBeforeTheStreamStarts() {
        try (Rig rig = Rig.wrapping(ColdLog::new)) {
            ((ColdLog) rig.log).coolBefore(rig.publish(CHANNEL, "a"));
            Client early = rig.open(Rig.earliest(selection));
            rig.settle();
            early.subscriber().close();
            rig.open(Rig.earliest(selection));
            rig.settle();
            rig.dispatcher().stop();
            assertThat(rig.ended).isEmpty();
        }
    }

    @Test
    void isOneForASessionAndForEachSubscriptionThatEndsBeforeIt() {
        try (Rig rig = Rig.start()) {
            Session session = new Session(
                    rig.dispatcher(),
                    Grant.EVERYTHING,
                    new SessionPropertyTest.TestCallbacks(),
                    _ -> new FakeSink(),
                    60_000,
                    Session.AGELESS);
            for (String name : List.of("a", "b", "c")) {
                var wire = new SessionPropertyTest.NamedWire(rig.wire, name);
                session.subscribe(Grant.EVERYTHING, name, SubscriptionSpec.latest(Selection.of(name)), wire, wire);
            }
            rig.settle();
            session.unsubscribe("a");
            rig.settle();
            assertEnded(rig, StreamKind.SUBSCRIPTION, new EndReason.ByClient(0, ""));
            rig.ended.clear();
            session.close();
            assertThat(rig.ended)
                    .containsExactly(
                            new ClosedStream(StreamKind.SESSION, "test", new EndReason.Disconnected(), null, 2));
        }
    }

    @Test
    void isAPollThatHadToWait() {
        try (Rig rig = Rig.start()) {
            rig.publish(CHANNEL, "a");
            poll(rig, Rig.earliest(selection), 10_000); // Answered at once.
            poll(rig, latest, 0);
            rig.settle();
            assertThat(rig.ended).isEmpty();
            poll(rig, latest, 10_000);
            rig.publish(CHANNEL, "b");
            rig.settle();
            assertEnded(rig, StreamKind.POLL, new EndReason.Complete());
        }
    }

    @Test
    void isAPollAnsweredBecauseTheServerStops() {
        try (Rig rig = Rig.start()) {
            poll(rig, latest, 10_000);
            rig.dispatcher().stop();
            rig.settle();
            assertEnded(rig, StreamKind.POLL, new EndReason.Stopping());
        }
    }

    private static void poll(Rig rig, SubscriptionSpec subscription, long waitMs) {
        Poll.start(rig.dispatcher(), Grant.EVERYTHING, subscription, 10, 1 << 20, waitMs, null, _ -> true, _ -> {});
    }
}
