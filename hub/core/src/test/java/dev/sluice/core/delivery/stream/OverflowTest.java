package dev.sluice.core.delivery.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Client;
import dev.sluice.core.delivery.FakeSink;
import dev.sluice.core.delivery.Rig;
import dev.sluice.core.delivery.WireOutput;
import dev.sluice.core.log.GapReason;
import org.junit.jupiter.api.Test;

/// The effect of overflow policies on subscribers that are too far behind.
class OverflowTest {
    private static final String CHANNEL = "prices";
    private final Selection selection = Selection.of(CHANNEL);

    /// A subscriber whose socket is full while this many events are published.
    private Client behind(Rig rig, SubscriptionSpec subscription, int events) {
        Client client = rig.open(subscription, rig.wire, new FakeSink().accepting(0));
        rig.settle();
        for (int i = 0; i < events; i++) rig.publish(CHANNEL, "message", "k" + i % 3, "price " + i);
        rig.settle();
        return client;
    }

    @Test
    void laterDeliversAllEvents() {
        try (Rig rig = Rig.with(Rig.overflow(5, Overflow.Then.LATER))) {
            assertThat(behind(rig, SubscriptionSpec.latest(selection), 20)
                            .drain()
                            .data())
                    .hasSize(20);
        }
    }

    @Test
    void policiesDoNothingWithinTheLimit() {
        for (Overflow.Then then : Overflow.Then.values()) {
            try (Rig rig = Rig.with(Rig.overflow(20, then))) {
                assertThat(behind(rig, SubscriptionSpec.latest(selection), 20)
                                .drain()
                                .data())
                        .hasSize(20);
            }
        }
    }

    @Test
    void nowSkipsToTheHeadAfterAGap() {
        try (Rig rig = Rig.with(Rig.overflow(5, Overflow.Then.NOW))) {
            Client client = behind(rig, SubscriptionSpec.latest(selection), 20);
            Cursor head = rig.log.head();
            client.drain();
            rig.publish(CHANNEL, "live");
            rig.settle();
            assertThat(client.received().getFirst())
                    .isEqualTo(new WireOutput.AGap(client.startCursor.text(), head, GapReason.SKIPPED));
            assertThat(client.data()).containsExactly("live");
        }
    }

    @Test
    void newestOfKeyDeliversTheNewestEventOfEachKeyAfterAGap() {
        try (Rig rig = Rig.with(Rig.overflow(5, Overflow.Then.NEWEST_OF_KEY))) {
            Client client = behind(rig, SubscriptionSpec.latest(selection), 20).drain();
            rig.publish(CHANNEL, "live, without a key");
            rig.settle();
            assertThat(client.received().getFirst())
                    .isEqualTo(new WireOutput.AGap(client.startCursor.text(), client.startCursor, GapReason.SKIPPED));
            assertThat(client.data()).containsExactly("price 17", "price 18", "price 19", "live, without a key");
        }
    }

    @Test
    void endEndsTheConnectionWithItsCursor() {
        try (Rig rig = Rig.with(Rig.overflow(5, Overflow.Then.END))) {
            Client client = behind(rig, SubscriptionSpec.latest(selection), 20).drain();
            assertThat(client.received()).containsExactly(new WireOutput.AnEnd("TooFarBehind"));
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void policiesCompleteAPartlySentEvent() {
        for (Overflow.Then then : Overflow.Then.values()) {
            try (Rig rig = Rig.with(Rig.overflow(5, then))) {
                Client client = rig.open(SubscriptionSpec.latest(selection), rig.wire, new FakeSink().accepting(10));
                rig.settle();
                rig.publish(CHANNEL, "half out");
                rig.settle();
                for (int i = 0; i < 20; i++) rig.publish(CHANNEL, "message", "k", "price " + i);
                client.drain(10);
                assertThat(client.data()).describedAs(then.toString()).first().isEqualTo("half out");
            }
        }
    }

    @Test
    void requestedHistoryDoesNotCount() {
        for (Overflow.Then then : Overflow.Then.values()) {
            try (Rig rig = Rig.with(Rig.overflow(5, then))) {
                for (int i = 0; i < 50; i++) rig.publish(CHANNEL, "old " + i);
                Client client = rig.open(Rig.earliest(selection), rig.wire, new FakeSink().accepting(0));
                rig.settle();
                client.drain(17);
                assertThat(client.data()).describedAs(then.toString()).hasSize(50);
                assertThat(client.sink.ended()).isNull();
            }
        }
    }

    @Test
    void skippingKeepsTheEndOfTheChannel() {
        for (Overflow.Then then : new Overflow.Then[] {Overflow.Then.NOW, Overflow.Then.NEWEST_OF_KEY}) {
            try (Rig rig = Rig.with(Rig.overflow(5, then))) {
                Client client = rig.open(SubscriptionSpec.latest(selection));
                rig.settle();
                for (int i = 0; i < 20; i++) rig.publish(CHANNEL, "message", "k", "price " + i);
                Cursor end = rig.endChannel(CHANNEL);
                rig.settle();
                assertThat(client.received())
                        .describedAs(then.toString())
                        .endsWith(new WireOutput.AChannelEnd(CHANNEL, end), new WireOutput.AnEnd("Complete"));
                assertThat(client.sink.ended()).isTrue();
            }
        }
    }

    @Test
    void skippingReportsEndsOfChannelsInOrder() {
        try (Rig rig = Rig.with(Rig.overflow(5, Overflow.Then.NOW))) {
            Client client = rig.open(SubscriptionSpec.latest(Selection.of("a", "b", CHANNEL)));
            rig.settle();
            for (int i = 0; i < 20; i++) rig.publish(CHANNEL, "price " + i);
            Cursor first = rig.endChannel("b");
            Cursor second = rig.endChannel("a");
            rig.settle();
            assertThat(client.received())
                    .endsWith(new WireOutput.AChannelEnd("b", first), new WireOutput.AChannelEnd("a", second));
        }
    }

    @Test
    void skippingEndsASubscriberThatAsksToFail() {
        try (Rig rig = Rig.with(Rig.overflow(5, Overflow.Then.NOW))) {
            SubscriptionSpec latest = SubscriptionSpec.latest(selection);
            Client client = behind(
                            rig, new SubscriptionSpec(selection, latest.types(), latest.from(), false, false, true), 20)
                    .drain();
            assertThat(client.received()).containsExactly(new WireOutput.AnEnd("Missing"));
        }
    }

    @Test
    void countingRestartsAfterASkip() {
        try (Rig rig = Rig.with(Rig.overflow(5, Overflow.Then.NOW))) {
            Client client = behind(rig, SubscriptionSpec.latest(selection), 20).drain();
            client.sink.accepting(0);
            for (int i = 0; i < 5; i++) rig.publish(CHANNEL, "within " + i);
            client.drain();
            assertThat(client.data()).hasSize(5);
            client.sink.accepting(0);
            for (int i = 0; i < 6; i++) rig.publish(CHANNEL, "beyond " + i);
            client.drain();
            assertThat(client.data()).hasSize(5);
            assertThat(client.received().stream().filter(WireOutput.AGap.class::isInstance))
                    .hasSize(2);
        }
    }
}
