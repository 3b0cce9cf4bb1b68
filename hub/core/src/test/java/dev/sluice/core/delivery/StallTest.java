package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Sink;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A connection whose client accepts nothing while bytes are pending is cut; one whose client accepts anything
/// is not.
class StallTest {
    private static final String CHANNEL = "news";
    private final SubscriptionSpec latest = SubscriptionSpec.latest(Selection.of(CHANNEL));

    private Client openFull(Rig rig) {
        Client client = rig.open(latest, rig.wire, new FakeSink().accepting(10));
        rig.settle();
        rig.publish(CHANNEL, "more than it takes");
        rig.settle();
        return client;
    }

    @Test
    void cutsTheConnectionAfterTheTimeoutAndNotEarlier() {
        try (Rig rig = Rig.start()) {
            Client client = openFull(rig);
            client.sink.setProgress(7);
            rig.pass(Duration.ofMillis(59_500));
            assertThat(client.sink.ended()).isNull();
            rig.pass(Duration.ofSeconds(16)); // Checked four times per timeout.
            assertThat(client.sink.ended()).isFalse();
            int writes = client.sink.writes();
            rig.publish(CHANNEL, "nobody there");
            rig.settle().pass(Duration.ofMinutes(1));
            assertThat(client.sink.writes()).isEqualTo(writes);
        }
    }

    @Test
    void doesNotOccurWhileTheClientAcceptsAnything() {
        try (Rig rig = Rig.start()) {
            Client client = openFull(rig);
            for (int i = 0; i < 20; i++) {
                client.sink.setProgress(i);
                rig.pass(Duration.ofSeconds(30));
            }
            assertThat(client.sink.ended()).isNull();
            rig.pass(Duration.ofMinutes(2));
            assertThat(client.sink.ended()).isFalse();
        }
    }

    @Test
    void doesNotOccurIfNothingIsPending() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(latest);
            rig.settle().pass(Duration.ofMinutes(30));
            assertThat(client.sink.ended()).isNull();
        }
    }

    @Test
    void isMeasuredFromWhenBytesBecamePending() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(latest);
            rig.settle().pass(Duration.ofMinutes(30));
            client.sink.setProgress(0);
            rig.pass(Duration.ofSeconds(55));
            assertThat(client.sink.ended()).isNull();
        }
    }

    @Test
    void cutsAClientThatDoesNotAcceptTheLastBytes() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(latest);
            rig.settle();
            client.sink.setProgress(1);
            rig.publish(CHANNEL, "last");
            rig.endChannel(CHANNEL);
            rig.settle();
            assertThat(client.sink.ended()).isTrue();
            rig.pass(Duration.ofMinutes(2));
            assertThat(client.sink.ended()).isFalse();
        }
    }

    @Test
    void sparesAClientThatAcceptedTheLastBytes() {
        try (Rig rig = Rig.start()) {
            Client taking = rig.open(latest);
            Client gone = rig.open(latest);
            rig.settle();
            taking.sink.setProgress(1);
            gone.sink.setProgress(1);
            rig.endChannel(CHANNEL);
            rig.settle();
            taking.sink.setProgress(Sink.NOTHING_PENDING);
            gone.subscriber().close();
            rig.pass(Duration.ofMinutes(2));
            assertThat(taking.sink.ended()).isTrue();
            assertThat(gone.sink.ended()).isTrue();
        }
    }

    private static FakeSink endSession(Rig rig) {
        FakeSink sink = new FakeSink();
        var callbacks = new SessionPropertyTest.TestCallbacks();
        Session session =
                new Session(rig.dispatcher(), Grant.EVERYTHING, callbacks, _ -> sink, 60_000, Session.AGELESS);
        sink.setProgress(1);
        session.end(new EndReason.Stopping(), RecordingWire.control("last"));
        rig.settle();
        assertThat(sink.ended()).isTrue();
        return sink;
    }

    @Test
    void cutsASessionWhoseClientDoesNotAcceptTheLastBytes() {
        try (Rig rig = Rig.start()) {
            FakeSink sink = endSession(rig);
            rig.pass(Duration.ofMinutes(2));
            assertThat(sink.ended()).isFalse();
        }
    }

    @Test
    void sparesASessionWhoseClientAcceptedTheLastBytes() {
        try (Rig rig = Rig.start()) {
            FakeSink sink = endSession(rig);
            sink.setProgress(Sink.NOTHING_PENDING);
            rig.pass(Duration.ofMinutes(2));
            assertThat(sink.ended()).isTrue();
        }
    }
}
