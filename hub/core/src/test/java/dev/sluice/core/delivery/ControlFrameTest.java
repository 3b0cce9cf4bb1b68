package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Control frames are written between two events, and soon, however busy the connection is.
class ControlFrameTest {
    private static final String CHANNEL = "news";
    private static final String LARGE = "0123456789".repeat(1_000);
    private final Selection selection = Selection.of(CHANNEL);

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 50})
    void areNeverInsideAnEvent(int bytesEach) {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < 20; i++) rig.publish(CHANNEL, "event " + i);
            Client client = rig.open(Rig.earliest(selection), rig.wire, new FakeSink().accepting(bytesEach));
            rig.settle();
            for (int i = 0; i < 50; i++) {
                client.subscriber().enqueue(RecordingWire.control("word" + i));
                client.subscriber().writable();
                rig.settle();
            }
            client.drain(bytesEach);
            assertThat(client.data()).hasSize(20);
            assertThat(client.received().stream().filter(WireOutput.Control.class::isInstance))
                    .hasSize(50);
        }
    }

    /// Every write ends in the middle of an event, and more events always follow.
    private static Client saturated(Rig rig, Selection selection) {
        for (int i = 0; i < 50; i++) rig.publish(CHANNEL, i + LARGE);
        Client client = rig.open(Rig.earliest(selection), rig.wire, new FakeSink().accepting(15_000));
        rig.settle();
        assertThat(WireOutput.parse(client.sink.bytes()).leftover()).isPositive();
        return client;
    }

    private static void write(Rig rig, Client client, int times) {
        for (int i = 0; i < times; i++) {
            client.subscriber().writable();
            rig.settle();
        }
    }

    @Test
    void areWrittenUnderSaturation() {
        try (Rig rig = Rig.start()) {
            Client client = saturated(rig, selection);
            client.subscriber().enqueue(RecordingWire.control("hello"));
            write(rig, client, 3);
            assertThat(WireOutput.parse(client.sink.bytes()).complete().get(2))
                    .isEqualTo(new WireOutput.Control("hello"));
        }
    }

    @Test
    void heartbeatsAreWrittenUnderSaturationWithTheLag() {
        try (Rig rig = Rig.start()) {
            Client client = saturated(rig, selection);
            rig.pass(Duration.ofSeconds(16));
            write(rig, client, 3);
            var whole = WireOutput.parse(client.sink.bytes()).complete();
            var before = (WireOutput.AnEvent) whole.get(1);
            assertThat(whole.get(2)).isEqualTo(new WireOutput.AHeartbeat(before.id(), 48));
        }
    }

    @Test
    void endFrameFollowsAPartlySentEvent() {
        try (Rig rig = Rig.start()) {
            Client client = saturated(rig, selection);
            client.subscriber().end(new EndReason.Stopping());
            write(rig, client, 3);
            assertThat(client.received()).hasSize(3).last().isEqualTo(new WireOutput.AnEnd("Stopping"));
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void emptyEndFrameFollowsAPartlySentEvent() {
        try (Rig rig = Rig.start()) {
            rig.publish(CHANNEL, "0123456789");
            Client client = rig.open(Rig.earliest(selection), RecordingWire.eventsOnly(2), new FakeSink().accepting(4));
            rig.settle();
            client.subscriber().end(new EndReason.Complete());
            write(rig, client, 3);
            assertThat(client.text()).isEqualTo("0123456789");
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void areWrittenBeforeTheEndIfQueuedBefore() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(SubscriptionSpec.latest(selection), rig.wire, new FakeSink().accepting(4));
            rig.settle();
            client.subscriber().enqueue(RecordingWire.control("first"));
            rig.settle();
            client.subscriber().end(new EndReason.Stopping());
            client.subscriber().enqueue(RecordingWire.control("late"));
            rig.publish(CHANNEL, "late too");
            rig.settle();
            client.drain(4);
            assertThat(client.received())
                    .containsExactly(new WireOutput.Control("first"), new WireOutput.AnEnd("Stopping"));
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void mayBeLargerThanOneTurn() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(SubscriptionSpec.latest(selection), rig.wire, new FakeSink().accepting(1_000));
            rig.settle();
            String word = "w".repeat(200_000);
            client.subscriber().enqueue(RecordingWire.control(word));
            rig.publish(CHANNEL, "behind");
            rig.settle();
            client.drain(30_000);
            assertThat(client.received().getFirst()).isEqualTo(new WireOutput.Control(word));
            assertThat(client.data()).containsExactly("behind");
        }
    }

    @Test
    void areCountedUntilTheyAreWritten() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(SubscriptionSpec.latest(selection), rig.wire, new FakeSink().accepting(0));
            rig.settle();
            client.subscriber().enqueue(RecordingWire.control("one"));
            client.subscriber().enqueue(RecordingWire.control("two"));
            rig.settle();
            assertThat(client.subscriber().queuedFrames()).isEqualTo(2);
            client.drain();
            assertThat(client.subscriber().queuedFrames()).isZero();
        }
    }

    @Test
    void areDroppedOnClose() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(SubscriptionSpec.latest(selection), rig.wire, new FakeSink().accepting(0));
            rig.settle();
            client.subscriber().enqueue(RecordingWire.control("one"));
            client.subscriber().close();
            client.subscriber().enqueue(RecordingWire.control("two"));
            assertThat(client.subscriber().queuedFrames()).isZero();
            assertThat(client.drain().sink.size()).isZero();
        }
    }
}
