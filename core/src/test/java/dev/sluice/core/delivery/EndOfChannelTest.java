package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import org.junit.jupiter.api.Test;

/// A reader gets everything before the end of a channel, then the end; its stream ends when all its channels have.
class EndOfChannelTest {
    private final Selection one = Selection.of("a");
    private final Selection two = Selection.of("a", "b");

    @Test
    void comesBehindAllEventsAndEndsTheStream() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(Subscription.latest(one), rig.wire, new FakeSink().taking(0));
            rig.settle();
            rig.publish("a", "1");
            rig.publish("a", "2");
            Cursor end = rig.endOf("a");
            client.drain(5);
            assertThat(client.data()).containsExactly("1", "2");
            assertThat(client.said().subList(2, 4))
                    .containsExactly(new Said.AClose("a", end), new Said.AnEnd("Complete"));
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void endsTheStreamWhenTheLastChannelHasEnded() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(Subscription.latest(two));
            rig.settle();
            Cursor endOfA = rig.endOf("a");
            rig.publish("b", "still here");
            rig.settle();
            assertThat(client.sink.ended()).isNull();
            Cursor endOfB = rig.endOf("b");
            rig.settle();
            assertThat(client.said())
                    .contains(new Said.AClose("a", endOfA), new Said.AClose("b", endOfB))
                    .last()
                    .isEqualTo(new Said.AnEnd("Complete"));
            assertThat(client.data()).containsExactly("still here");
        }
    }

    @Test
    void isToldAndDoesNotEndAWildcard() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow("*");
            rig.settle();
            Cursor end = rig.endOf("a");
            rig.publish("b", "on");
            rig.settle();
            assertThat(client.said()).hasSize(2).first().isEqualTo(new Said.AClose("a", end));
            assertThat(client.sink.ended()).isNull();
        }
    }

    @Test
    void passesAFilterOfTypes() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(new Subscription(
                    one, java.util.Set.of("tick"), Subscription.latest(one).from(), true, true, false));
            rig.settle();
            rig.publish("a", "not a tick");
            rig.endOf("a");
            rig.settle();
            assertThat(client.said()).last().isEqualTo(new Said.AnEnd("Complete"));
        }
    }

    @Test
    void isKnownToWhoComesWithItsCursor() {
        try (Rig rig = Rig.start()) {
            Cursor before = rig.publish("a", "1");
            Cursor end = rig.endOf("a");
            Cursor later = rig.publish("elsewhere", "x");
            for (Cursor cursor : new Cursor[] {end, later}) {
                Client client = rig.open(Rig.resume(one, cursor));
                rig.settle();
                assertThat(client.opened).isEqualTo("ended");
                assertThat(client.began).isEqualTo(cursor);
            }
            Client early = rig.open(Rig.resume(one, before));
            Client other = rig.open(Rig.resume(two, end));
            rig.settle();
            assertThat(early.said()).contains(new Said.AClose("a", end));
            assertThat(other.opened).isEqualTo("begins");
        }
    }

    @Test
    void isNoMoreOnceTheChannelIsDeleted() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(Subscription.latest(two));
            rig.settle();
            rig.endOf("a");
            rig.settle();
            rig.delete("a");
            rig.endOf("b");
            rig.settle();
            assertThat(client.sink.ended()).isNull();
            rig.publish("a", "a new life");
            rig.settle();
            assertThat(client.data()).containsExactly("a new life");
            rig.endOf("a");
            rig.settle();
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void isReachedBehindAGapToo() {
        try (Rig rig = Rig.start()) {
            Cursor had = rig.endOf("a");
            rig.publish("b", "lost");
            rig.delete("b");
            rig.endOf("b");
            Client client = rig.open(Rig.resume(two, had));
            rig.settle();
            assertThat(client.gap).isNotNull();
            assertThat(client.said()).last().isEqualTo(new Said.AnEnd("Complete"));
        }
    }

    @Test
    void endsAWireThatHasNoWordsForIt() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(Subscription.latest(one), RecordingWire.speechless(2), new FakeSink());
            rig.settle();
            rig.publish("a", "last");
            rig.endOf("a");
            rig.settle();
            assertThat(client.text()).isEqualTo("last");
            assertThat(client.sink.ended()).isTrue();
        }
    }
}
