package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A reader that takes nothing of what waits for it is ended; one that takes anything at all is not.
class StallTest {
    private static final String CHANNEL = "news";
    private final Subscription latest = Subscription.latest(Selection.of(CHANNEL));

    private Client full(Rig rig) {
        Client client = rig.open(latest, rig.wire, new FakeSink().taking(10));
        rig.settle();
        rig.publish(CHANNEL, "more than it takes");
        rig.settle();
        return client;
    }

    @Test
    void endsTheConnectionAfterTheTimeAndNotBefore() {
        try (Rig rig = Rig.start()) {
            Client client = full(rig);
            client.sink.owe(7);
            rig.pass(Duration.ofMillis(59_500));
            assertThat(client.sink.ended()).isNull();
            rig.pass(Duration.ofSeconds(16)); // Looked for every quarter of the time.
            assertThat(client.sink.ended()).isFalse();
            int writes = client.sink.writes();
            rig.publish(CHANNEL, "nobody there");
            rig.settle().pass(Duration.ofMinutes(1));
            assertThat(client.sink.writes()).isEqualTo(writes);
        }
    }

    @Test
    void isNoneWhileTheOtherSideTakesAnything() {
        try (Rig rig = Rig.start()) {
            Client client = full(rig);
            for (int i = 0; i < 20; i++) {
                client.sink.owe(i);
                rig.pass(Duration.ofSeconds(30));
            }
            assertThat(client.sink.ended()).isNull();
            rig.pass(Duration.ofMinutes(2));
            assertThat(client.sink.ended()).isFalse();
        }
    }

    @Test
    void isNoneWhereNothingIsOwed() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(latest);
            rig.settle().pass(Duration.ofMinutes(30));
            assertThat(client.sink.ended()).isNull();
        }
    }

    @Test
    void countsFromWhenSomethingWasFirstOwed() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(latest);
            rig.settle().pass(Duration.ofMinutes(30));
            client.sink.owe(0);
            rig.pass(Duration.ofSeconds(55));
            assertThat(client.sink.ended()).isNull();
        }
    }

    @Test
    void endsWhoDoesNotTakeTheLastBytes() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(latest);
            rig.settle();
            client.sink.owe(1);
            rig.publish(CHANNEL, "last");
            rig.endOf(CHANNEL);
            rig.settle();
            assertThat(client.sink.ended()).isTrue();
            rig.pass(Duration.ofMinutes(2));
            assertThat(client.sink.ended()).isFalse();
        }
    }

    @Test
    void leavesAloneWhoTookTheLastBytes() {
        try (Rig rig = Rig.start()) {
            Client taking = rig.open(latest);
            Client gone = rig.open(latest);
            rig.settle();
            taking.sink.owe(1);
            gone.sink.owe(1);
            rig.endOf(CHANNEL);
            rig.settle();
            taking.sink.owe(Sink.NOTHING_OWED);
            gone.subscriber().close();
            rig.pass(Duration.ofMinutes(2));
            assertThat(taking.sink.ended()).isTrue();
            assertThat(gone.sink.ended()).isTrue();
        }
    }
}
