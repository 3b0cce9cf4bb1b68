package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Gap;
import org.junit.jupiter.api.Test;

/// What a channel's rule does to a subscriber that is too far behind.
class OverflowTest {
    private static final String CHANNEL = "prices";
    private final Selection selection = Selection.of(CHANNEL);

    /// A reader whose socket is full while so much is published.
    private Client behind(Rig rig, Subscription asked, int events) {
        Client client = rig.open(asked, rig.wire, new FakeSink().taking(0));
        rig.settle();
        for (int i = 0; i < events; i++) rig.publish(CHANNEL, "message", "k" + i % 3, "price " + i);
        rig.settle();
        return client;
    }

    @Test
    void giveEverythingLater() {
        try (Rig rig = Rig.with(Rig.overflow(5, Overflow.Then.LATER))) {
            assertThat(behind(rig, Subscription.latest(selection), 20).drain().data())
                    .hasSize(20);
        }
    }

    @Test
    void touchNobodyWithinTheLimit() {
        for (Overflow.Then then : Overflow.Then.values()) {
            try (Rig rig = Rig.with(Rig.overflow(20, then))) {
                assertThat(behind(rig, Subscription.latest(selection), 20)
                                .drain()
                                .data())
                        .hasSize(20);
            }
        }
    }

    @Test
    void skipToNowBehindAGap() {
        try (Rig rig = Rig.with(Rig.overflow(5, Overflow.Then.NOW))) {
            Client client = behind(rig, Subscription.latest(selection), 20);
            Cursor head = rig.log.head();
            client.drain();
            rig.publish(CHANNEL, "live");
            rig.settle();
            assertThat(client.said().getFirst())
                    .isEqualTo(new Said.AGap(client.began.text(), head, Gap.Reason.SKIPPED));
            assertThat(client.data()).containsExactly("live");
        }
    }

    @Test
    void giveTheNewestOfEachKeyBehindAGap() {
        try (Rig rig = Rig.with(Rig.overflow(5, Overflow.Then.NEWEST_OF_KEY))) {
            Client client = behind(rig, Subscription.latest(selection), 20).drain();
            rig.publish(CHANNEL, "live, without a key");
            rig.settle();
            assertThat(client.said().getFirst())
                    .isEqualTo(new Said.AGap(client.began.text(), client.began, Gap.Reason.SKIPPED));
            assertThat(client.data()).containsExactly("price 17", "price 18", "price 19", "live, without a key");
        }
    }

    @Test
    void endTheConnectionWithItsCursor() {
        try (Rig rig = Rig.with(Rig.overflow(5, Overflow.Then.END))) {
            Client client = behind(rig, Subscription.latest(selection), 20).drain();
            assertThat(client.said()).containsExactly(new Said.AnEnd("TooFarBehind"));
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void finishTheEventThatIsHalfOut() {
        for (Overflow.Then then : Overflow.Then.values()) {
            try (Rig rig = Rig.with(Rig.overflow(5, then))) {
                Client client = rig.open(Subscription.latest(selection), rig.wire, new FakeSink().taking(10));
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
    void leaveHistoryAloneThatWasAskedFor() {
        for (Overflow.Then then : Overflow.Then.values()) {
            try (Rig rig = Rig.with(Rig.overflow(5, then))) {
                for (int i = 0; i < 50; i++) rig.publish(CHANNEL, "old " + i);
                Client client = rig.open(Rig.earliest(selection), rig.wire, new FakeSink().taking(0));
                rig.settle();
                client.drain(17);
                assertThat(client.data()).describedAs(then.toString()).hasSize(50);
                assertThat(client.sink.ended()).isNull();
            }
        }
    }

    @Test
    void doNotSkipTheEndOfTheChannel() {
        for (Overflow.Then then : new Overflow.Then[] {Overflow.Then.NOW, Overflow.Then.NEWEST_OF_KEY}) {
            try (Rig rig = Rig.with(Rig.overflow(5, then))) {
                Client client = rig.open(Subscription.latest(selection));
                rig.settle();
                for (int i = 0; i < 20; i++) rig.publish(CHANNEL, "message", "k", "price " + i);
                Cursor end = rig.endOf(CHANNEL);
                rig.settle();
                assertThat(client.said())
                        .describedAs(then.toString())
                        .endsWith(new Said.AClose(CHANNEL, end), new Said.AnEnd("Complete"));
                assertThat(client.sink.ended()).isTrue();
            }
        }
    }

    @Test
    void tellTheEndsOfChannelsInTheirOrder() {
        try (Rig rig = Rig.with(Rig.overflow(5, Overflow.Then.NOW))) {
            Client client = rig.open(Subscription.latest(Selection.of("a", "b", CHANNEL)));
            rig.settle();
            for (int i = 0; i < 20; i++) rig.publish(CHANNEL, "price " + i);
            Cursor first = rig.endOf("b");
            Cursor second = rig.endOf("a");
            rig.settle();
            assertThat(client.said()).endsWith(new Said.AClose("b", first), new Said.AClose("a", second));
        }
    }

    @Test
    void areAGapToWhoWantsToFail() {
        try (Rig rig = Rig.with(Rig.overflow(5, Overflow.Then.NOW))) {
            Subscription latest = Subscription.latest(selection);
            Client client = behind(
                            rig, new Subscription(selection, latest.types(), latest.from(), false, false, true), 20)
                    .drain();
            assertThat(client.said()).containsExactly(new Said.AnEnd("Missing"));
        }
    }

    @Test
    void countAnewFromWhereTheySkipped() {
        try (Rig rig = Rig.with(Rig.overflow(5, Overflow.Then.NOW))) {
            Client client = behind(rig, Subscription.latest(selection), 20).drain();
            client.sink.taking(0);
            for (int i = 0; i < 5; i++) rig.publish(CHANNEL, "within " + i);
            client.drain();
            assertThat(client.data()).hasSize(5);
            client.sink.taking(0);
            for (int i = 0; i < 6; i++) rig.publish(CHANNEL, "beyond " + i);
            client.drain();
            assertThat(client.data()).hasSize(5);
            assertThat(client.said().stream().filter(Said.AGap.class::isInstance))
                    .hasSize(2);
        }
    }
}
