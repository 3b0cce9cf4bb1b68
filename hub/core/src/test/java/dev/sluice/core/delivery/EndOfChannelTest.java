package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import org.junit.jupiter.api.Test;

/// A reader receives all events of a channel, then its end; its stream ends after all its channels have ended.
class EndOfChannelTest {
    private final Selection one = Selection.of("a");
    private final Selection two = Selection.of("a", "b");

    @Test
    void followsAllEventsAndEndsTheStream() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(SubscriptionSpec.latest(one), rig.wire, new FakeSink().accepting(0));
            rig.settle();
            rig.publish("a", "1");
            rig.publish("a", "2");
            Cursor end = rig.endChannel("a");
            client.drain(5);
            assertThat(client.data()).containsExactly("1", "2");
            assertThat(client.received().subList(2, 4))
                    .containsExactly(new WireOutput.AChannelEnd("a", end), new WireOutput.AnEnd("Complete"));
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void endsTheStreamWhenTheLastChannelHasEnded() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(SubscriptionSpec.latest(two));
            rig.settle();
            Cursor endOfA = rig.endChannel("a");
            rig.publish("b", "still here");
            rig.settle();
            assertThat(client.sink.ended()).isNull();
            Cursor endOfB = rig.endChannel("b");
            rig.settle();
            assertThat(client.received())
                    .contains(new WireOutput.AChannelEnd("a", endOfA), new WireOutput.AChannelEnd("b", endOfB))
                    .last()
                    .isEqualTo(new WireOutput.AnEnd("Complete"));
            assertThat(client.data()).containsExactly("still here");
        }
    }

    @Test
    void isReportedToAWildcardAndDoesNotEndIt() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow("*");
            rig.settle();
            Cursor end = rig.endChannel("a");
            rig.publish("b", "on");
            rig.settle();
            assertThat(client.received()).hasSize(2).first().isEqualTo(new WireOutput.AChannelEnd("a", end));
            assertThat(client.sink.ended()).isNull();
        }
    }

    @Test
    void passesAFilterByType() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(new SubscriptionSpec(
                    one, java.util.Set.of("tick"), SubscriptionSpec.latest(one).from(), true, true, false));
            rig.settle();
            rig.publish("a", "not a tick");
            rig.endChannel("a");
            rig.settle();
            assertThat(client.received()).last().isEqualTo(new WireOutput.AnEnd("Complete"));
        }
    }

    @Test
    void isAnsweredAtOnceToAReaderThatReturnsWithItsCursor() {
        try (Rig rig = Rig.start()) {
            Cursor before = rig.publish("a", "1");
            Cursor end = rig.endChannel("a");
            Cursor later = rig.publish("elsewhere", "x");
            for (Cursor cursor : new Cursor[] {end, later}) {
                Client client = rig.open(Rig.resume(one, cursor));
                rig.settle();
                assertThat(client.outcome).isEqualTo("ended");
                assertThat(client.startCursor).isEqualTo(cursor);
            }
            Client early = rig.open(Rig.resume(one, before));
            Client other = rig.open(Rig.resume(two, end));
            rig.settle();
            assertThat(early.received()).contains(new WireOutput.AChannelEnd("a", end));
            assertThat(other.outcome).isEqualTo("begins");
        }
    }

    @Test
    void isCancelledByDeletionOfTheChannel() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(SubscriptionSpec.latest(two));
            rig.settle();
            rig.endChannel("a");
            rig.settle();
            rig.delete("a");
            rig.endChannel("b");
            rig.settle();
            assertThat(client.sink.ended()).isNull();
            rig.publish("a", "a new life");
            rig.settle();
            assertThat(client.data()).containsExactly("a new life");
            rig.endChannel("a");
            rig.settle();
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void isDeliveredAfterAGap() {
        try (Rig rig = Rig.start()) {
            Cursor had = rig.endChannel("a");
            rig.publish("b", "lost");
            rig.delete("b");
            rig.endChannel("b");
            Client client = rig.open(Rig.resume(two, had));
            rig.settle();
            assertThat(client.gap).isNotNull();
            assertThat(client.received()).last().isEqualTo(new WireOutput.AnEnd("Complete"));
        }
    }

    @Test
    void endsAWireThatCannotExpressIt() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(SubscriptionSpec.latest(one), RecordingWire.eventsOnly(2), new FakeSink());
            rig.settle();
            rig.publish("a", "last");
            rig.endChannel("a");
            rig.settle();
            assertThat(client.text()).isEqualTo("last");
            assertThat(client.sink.ended()).isTrue();
        }
    }
}
