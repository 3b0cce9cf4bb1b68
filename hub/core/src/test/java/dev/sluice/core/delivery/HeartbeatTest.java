package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A heartbeat carries the cursor of the reader: never before what it received, never ahead of what was written
/// for it.
class HeartbeatTest {
    private static final String CHANNEL = "news";
    private final Selection selection = Selection.of(CHANNEL);

    private static List<WireOutput.AHeartbeat> heartbeats(Client client) {
        return client.received().stream()
                .filter(WireOutput.AHeartbeat.class::isInstance)
                .map(WireOutput.AHeartbeat.class::cast)
                .toList();
    }

    @Test
    void isSentOncePerIntervalAndNotEarlier() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL);
            rig.settle().pass(Duration.ofMillis(14_750));
            assertThat(heartbeats(client)).isEmpty();
            rig.pass(Duration.ofMillis(750));
            assertThat(heartbeats(client)).hasSize(1);
            assertThat(client.sink.heartbeats()).isEqualTo(1);
            rig.pass(Duration.ofMinutes(5));
            assertThat(heartbeats(client)).hasSizeBetween(20, 21);
        }
    }

    @Test
    void isOnTimeForAReaderOpenedBetweenTwoTicks() {
        try (Rig rig = Rig.start()) {
            rig.jump(Duration.ofMillis(100));
            Client client = rig.follow(CHANNEL);
            rig.settle().jump(Duration.ofMillis(150));
            rig.pass(Duration.ofSeconds(16));
            assertThat(heartbeats(client)).hasSize(1);
        }
    }

    @Test
    void movesAQuietReaderToTheHeadOfTheLog() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL);
            rig.settle();
            Cursor other = rig.publish("other", "x");
            rig.settle().pass(Duration.ofSeconds(16));
            assertThat(heartbeats(client)).containsExactly(new WireOutput.AHeartbeat(other, 0));
            assertThat(client.subscriber().cursor()).isEqualTo(other);
        }
    }

    @Test
    void doesNotPassAnEventPublishedAtTheSameMoment() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL);
            rig.settle();
            rig.jump(Duration.ofSeconds(16));
            // The event wakes the loop, and the heartbeat is due before the loop has read the log.
            rig.loops.getFirst().execute(rig.dispatcher()::tick);
            Cursor id = rig.publish(CHANNEL, "a");
            rig.settle();
            rig.publish(CHANNEL, "b");
            rig.settle();
            assertThat(client.data()).containsExactly("a", "b");
            assertThat(heartbeats(client)).hasSize(1);
            assertThat(heartbeats(client).getFirst().at()).isLessThanOrEqualTo(id);
        }
    }

    @Test
    void doesNotPassHistoryThatWasNotReadYet() {
        try (Rig rig = Rig.start()) {
            rig.publish(CHANNEL, "a");
            rig.publish(CHANNEL, "b");
            Client client = rig.open(Rig.earliest(selection));
            rig.loops.getFirst().runOne(); // Subscribed; its first turn waits.
            rig.jump(Duration.ofSeconds(16));
            rig.dispatcher().tick();
            rig.settle();
            assertThat(client.data()).containsExactly("a", "b");
        }
    }

    @Test
    void waitsForAFullSocketAndDoesNotAccumulate() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(SubscriptionSpec.latest(selection), rig.wire, new FakeSink().accepting(5));
            rig.settle();
            Cursor a = rig.publish(CHANNEL, "a");
            rig.settle().pass(Duration.ofSeconds(50));
            Cursor b = rig.publish(CHANNEL, "b");
            rig.settle();
            client.drain();
            assertThat(client.data()).containsExactly("a", "b");
            assertThat(heartbeats(client)).containsExactly(new WireOutput.AHeartbeat(a, 1));
            assertThat(client.subscriber().cursor()).isEqualTo(b);
        }
    }

    @Test
    void isNotQueuedIfTheWireHasNone() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(SubscriptionSpec.latest(selection), RecordingWire.eventsOnly(2), new FakeSink());
            rig.settle().pass(Duration.ofMinutes(2));
            assertThat(client.sink.size()).isZero();
            assertThat(client.sink.heartbeats()).isZero();
        }
    }
}
