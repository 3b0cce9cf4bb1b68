package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.stream.ClosedStream;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// A stream ends with a last frame within a minute after its grant has expired, and never before.
class ExpiryTest {
    private static final String CHANNEL = "news";
    private static final Duration LEFT = Duration.ofSeconds(100);
    private static final Duration SPREAD = Duration.ofSeconds(31); // Half a minute, and a tick.
    private final SubscriptionSpec latest = SubscriptionSpec.latest(Selection.of(CHANNEL));

    private static Grant expiring(Rig rig, Duration left) {
        return Grant.EVERYTHING.until(rig.now().plus(left), rig::now);
    }

    private static WireOutput last(Client client) {
        return client.received().getLast();
    }

    @Test
    void endsAStreamWithALastFrame() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(expiring(rig, LEFT), latest);
            Client other = rig.open(latest);
            rig.settle().pass(LEFT.minusMillis(1));
            assertThat(client.sink.ended()).isNull();
            rig.pass(SPREAD);
            assertThat(last(client)).isEqualTo(new WireOutput.AnEnd("Expired"));
            assertThat(client.sink.ended()).isTrue();
            assertThat(rig.ended).extracting(ClosedStream::reason).containsExactly(new EndReason.Expired());
            rig.publish(CHANNEL, "on");
            rig.settle().pass(Duration.ofMinutes(2));
            assertThat(client.data()).isEmpty();
            assertThat(other.data()).containsExactly("on");
            assertThat(other.sink.ended()).isNull();
        }
    }

    @Test
    void spreadsTheEndsOfGrantsThatExpireTogether() {
        try (Rig rig = Rig.start()) {
            Grant grant = expiring(rig, LEFT);
            for (int i = 0; i < 300; i++) rig.open(grant, latest);
            rig.settle().pass(LEFT);
            assertThat(rig.ended).isEmpty();
            int before = 0;
            for (int third = 0; third < 3; third++) {
                rig.pass(Duration.ofSeconds(10));
                assertThat(rig.ended.size() - before).isBetween(70, 130);
                before = rig.ended.size();
            }
            rig.pass(Duration.ofMillis(500));
            assertThat(rig.ended).hasSize(300);
        }
    }

    @Test
    void isNoticedInTimeWhateverTheHeartbeatAndTheStall() {
        HubSettings defaults = HubSettings.DEFAULT;
        var patient = new HubSettings(
                defaults.encodedBytes(),
                defaults.answersBytes(),
                Duration.ofHours(1),
                defaults.resolve(),
                defaults.overflow());
        try (Rig rig = Rig.with(patient)) {
            var client = new Client(rig, new FakeSink());
            client.grant = expiring(rig, LEFT);
            client.heartbeatMs = Duration.ofHours(1).toMillis();
            client.open(rig.dispatcher(), latest, rig.wire);
            rig.settle().pass(LEFT.plus(SPREAD));
            assertThat(last(client)).isEqualTo(new WireOutput.AnEnd("Expired"));
        }
    }

    @Test
    void isNoticedWhenTheClockIsSet() {
        try (Rig rig = Rig.start()) {
            var wall = new AtomicReference<>(Instant.EPOCH);
            Instant end = Instant.EPOCH.plus(Duration.ofDays(1));
            Client client = rig.open(Grant.EVERYTHING.until(end, wall::get), latest);
            rig.settle().pass(Duration.ofMinutes(2));
            wall.set(end.plusSeconds(30));
            rig.pass(Duration.ofSeconds(16));
            assertThat(last(client)).isEqualTo(new WireOutput.AnEnd("Expired"));
        }
    }

    @Test
    void sendsTheRestOfAnEventAndNoFurtherOnes() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(expiring(rig, LEFT), latest);
            rig.settle().pass(LEFT);
            client.sink.accepting(10);
            rig.publish(CHANNEL, "begun before");
            rig.settle();
            for (int i = 0; i < 4 * SPREAD.toSeconds() && !client.subscriber().isOver(); i++) {
                rig.pass(Duration.ofMillis(250));
            }
            assertThat(client.subscriber().isOver()).isTrue();
            rig.publish(CHANNEL, "too late");
            rig.settle();
            client.drain(10);
            assertThat(client.data()).containsExactly("begun before");
            assertThat(last(client)).as("no heartbeat after it").isEqualTo(new WireOutput.AnEnd("Expired"));
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void cutsAClientThatDoesNotAcceptTheLastFrameWithinTheMinute() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(expiring(rig, LEFT), latest, rig.wire, new FakeSink().accepting(10));
            rig.settle().pass(LEFT);
            rig.publish(CHANNEL, "more than it takes");
            rig.settle();
            for (int second = 0; second < 60; second++) { // It is alive, so it does not stall.
                client.sink.setProgress(second);
                rig.pass(Duration.ofSeconds(1));
            }
            assertThat(client.sink.ended()).isFalse();
            assertThat(rig.ended).extracting(ClosedStream::reason).containsExactly(new EndReason.Expired());
        }
    }

    @Test
    void cutsAStreamThatHasNoLastFrame() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(expiring(rig, LEFT), latest, RecordingWire.eventsOnly(1), new FakeSink());
            rig.settle().pass(LEFT.plus(SPREAD));
            assertThat(client.sink.ended()).isFalse();
            rig.pass(Duration.ofMinutes(2));
            assertThat(rig.ended).extracting(ClosedStream::reason).containsExactly(new EndReason.Expired());
        }
    }

    @Test
    void answersAWaitingPollAsAtTheEndOfItsTime() {
        try (Rig rig = Rig.start()) {
            Cursor begin = rig.publish(CHANNEL, "old");
            List<Poll.Result> answers = new ArrayList<>();
            long waitMs = Duration.ofHours(1).toMillis();
            Poll.start(
                    rig.dispatcher(), expiring(rig, LEFT), latest, 10, 1 << 20, waitMs, null, _ -> true, answers::add);
            rig.settle().pass(LEFT);
            assertThat(answers).isEmpty();
            rig.pass(SPREAD);
            assertThat(answers)
                    .containsExactly(new Poll.Result.Found(
                            begin,
                            List.of(),
                            new SubscriptionSpec.From.Place(ReadCursor.at(begin), null),
                            false,
                            null,
                            false,
                            List.of()));
            assertThat(rig.ended).extracting(ClosedStream::reason).containsExactly(new EndReason.Expired());
            assertThat(rig.hub.readers().readers()).isZero();
        }
    }

    @Test
    void doesNotTouchAPollThatEndsBefore() {
        try (Rig rig = Rig.start()) {
            List<Poll.Result> answers = new ArrayList<>();
            Poll.start(
                    rig.dispatcher(), expiring(rig, LEFT), latest, 10, 1 << 20, 20_000, null, _ -> true, answers::add);
            rig.settle().pass(Duration.ofSeconds(21));
            assertThat(answers).hasSize(1);
            assertThat(rig.ended).extracting(ClosedStream::reason).containsExactly(new EndReason.Complete());
        }
    }
}
