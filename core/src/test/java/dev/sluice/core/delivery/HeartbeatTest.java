package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A heartbeat says where the reader stands: never behind what it had, never ahead of what was written for it.
class HeartbeatTest {
    private static final String CHANNEL = "news";
    private final Selection selection = Selection.of(CHANNEL);

    private static List<Said.ABeat> beats(Client client) {
        return client.said().stream()
                .filter(Said.ABeat.class::isInstance)
                .map(Said.ABeat.class::cast)
                .toList();
    }

    @Test
    void comesOnceInEachIntervalAndNotBefore() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL);
            rig.settle().pass(Duration.ofMillis(14_750));
            assertThat(beats(client)).isEmpty();
            rig.pass(Duration.ofMillis(750));
            assertThat(beats(client)).hasSize(1);
            assertThat(client.sink.beats()).isEqualTo(1);
            rig.pass(Duration.ofMinutes(5));
            assertThat(beats(client)).hasSizeBetween(20, 21);
        }
    }

    @Test
    void comesInTimeForWhoCameBetweenTwoTicks() {
        try (Rig rig = Rig.start()) {
            rig.jump(Duration.ofMillis(100));
            Client client = rig.follow(CHANNEL);
            rig.settle().jump(Duration.ofMillis(150));
            rig.pass(Duration.ofSeconds(16));
            assertThat(beats(client)).hasSize(1);
        }
    }

    @Test
    void carriesAQuietReaderAlongWithTheWholeLog() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL);
            rig.settle();
            Cursor elsewhere = rig.publish("other", "x");
            rig.settle().pass(Duration.ofSeconds(16));
            assertThat(beats(client)).containsExactly(new Said.ABeat(elsewhere, 0));
            assertThat(client.subscriber().cursor()).isEqualTo(elsewhere);
        }
    }

    @Test
    void doesNotRunAheadOfAnEventThatComesAtTheSameMoment() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL);
            rig.settle();
            rig.jump(Duration.ofSeconds(16));
            // The event wakes the loop, and before it has looked the heartbeat is due.
            rig.loops.getFirst().execute(rig.dispatcher()::tick);
            Cursor id = rig.publish(CHANNEL, "a");
            rig.settle();
            rig.publish(CHANNEL, "b");
            rig.settle();
            assertThat(client.data()).containsExactly("a", "b");
            assertThat(beats(client)).hasSize(1);
            assertThat(beats(client).getFirst().at()).isLessThanOrEqualTo(id);
        }
    }

    @Test
    void doesNotRunAheadOfHistoryThatWasNotYetRead() {
        try (Rig rig = Rig.start()) {
            rig.publish(CHANNEL, "a");
            rig.publish(CHANNEL, "b");
            Client client = rig.open(Rig.earliest(selection));
            rig.loops.getFirst().runOne(); // It has subscribed, its first turn waits.
            rig.jump(Duration.ofSeconds(16));
            rig.dispatcher().tick();
            rig.settle();
            assertThat(client.data()).containsExactly("a", "b");
        }
    }

    @Test
    void waitsForASocketThatIsFullAndDoesNotPileUp() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(Subscription.latest(selection), rig.wire, new FakeSink().taking(5));
            rig.settle();
            Cursor a = rig.publish(CHANNEL, "a");
            rig.settle().pass(Duration.ofSeconds(50));
            Cursor b = rig.publish(CHANNEL, "b");
            rig.settle();
            client.drain();
            assertThat(client.data()).containsExactly("a", "b");
            assertThat(beats(client)).containsExactly(new Said.ABeat(a, 1));
            assertThat(client.subscriber().cursor()).isEqualTo(b);
        }
    }

    @Test
    void isNotCountedAsWordsWhereTheWireHasNone() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(Subscription.latest(selection), RecordingWire.speechless(2), new FakeSink());
            rig.settle().pass(Duration.ofMinutes(2));
            assertThat(client.sink.size()).isZero();
            assertThat(client.sink.beats()).isZero();
        }
    }
}
