package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Filters by type, conflation, snapshots and joined events, with a socket that accepts parts while the
/// log grows.
class SelectiveReadingTest {
    private static final String CHANNEL = "prices";
    private final Selection selection = Selection.of(CHANNEL);

    private Client slow(Rig rig, SubscriptionSpec subscription) {
        return rig.open(subscription, rig.wire, new FakeSink().accepting(0));
    }

    private static SubscriptionSpec live(Selection selection, boolean conflate, boolean coalesce) {
        return new SubscriptionSpec(
                selection, Set.of(), SubscriptionSpec.latest(selection).from(), conflate, coalesce, false);
    }

    @Test
    void skipsSupersededEventsWhileBehind() {
        try (Rig rig = Rig.start()) {
            Client client = slow(rig, live(selection, true, false));
            rig.settle();
            for (int i = 0; i < 10; i++) rig.publish(CHANNEL, "message", i % 2 == 0 ? "even" : "odd", "price " + i);
            rig.publish(CHANNEL, "no key");
            client.drain();
            assertThat(client.data()).containsExactly("price 8", "price 9", "no key");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 20, 30})
    void completesAnEventSupersededWhilePartlySent(int taken) {
        try (Rig rig = Rig.start()) {
            Client client = slow(rig, live(selection, true, false));
            rig.settle();
            rig.publish(CHANNEL, "message", "k", "0");
            rig.publish(CHANNEL, "message", "k", "1");
            rig.publish(CHANNEL, "no key");
            rig.publish(CHANNEL, "message", "k", "the second price that nobody wants any more");
            client.sink.accepting(taken + 34); // All of "no key", and part of the price.
            client.subscriber().writable();
            rig.settle();
            assertThat(WireOutput.parse(client.sink.bytes()).leftover()).isPositive();
            for (int i = 2; i < 5; i++) rig.publish(CHANNEL, "message", "k", "price " + i);
            client.drain(7);
            assertThat(client.sink.ended()).isNull();
            assertThat(client.data())
                    .containsExactly("no key", "the second price that nobody wants any more", "price 4");
        }
    }

    @Test
    void completesAnEventOfASnapshotSupersededWhilePartlySent() {
        try (Rig rig = Rig.start()) {
            rig.publish(CHANNEL, "message", "k", "old");
            rig.publish(CHANNEL, "message", "k", "new");
            rig.publish(CHANNEL, "message", "l", "another");
            rig.publish(CHANNEL, "no key");
            Client client = slow(rig, SubscriptionSpec.latest(selection).from(new SubscriptionSpec.From.Snapshot()));
            rig.settle();
            client.sink.accepting(5);
            client.subscriber().writable();
            rig.settle();
            rig.publish(CHANNEL, "message", "k", "newer");
            rig.publish(CHANNEL, "message", "l", "newer still");
            rig.publish(CHANNEL, "live, no key");
            client.drain(7);
            assertThat(client.data()).containsExactly("new", "newer", "newer still", "live, no key");
        }
    }

    @Test
    void joinsEventsOfOneKeyBehindASnapshot() {
        try (Rig rig = Rig.start()) {
            rig.publish(CHANNEL, "message", "answer", "old");
            rig.publish(CHANNEL, "message", "answer", "new");
            Client client = slow(
                    rig,
                    new SubscriptionSpec(
                            selection, Set.of(), new SubscriptionSpec.From.Snapshot(), false, true, false));
            rig.settle();
            for (int i = 0; i < 3; i++) rig.publish(CHANNEL, "message", "answer", "token " + i + ' ');
            client.drain(10);
            assertThat(client.sink.ended()).isNull();
            assertThat(client.data()).containsExactly("token 0 token 1 token 2 ");
        }
    }

    @Test
    void deliversOnlyRequestedTypes() {
        try (Rig rig = Rig.start()) {
            Client client = slow(
                    rig,
                    new SubscriptionSpec(
                            selection,
                            Set.of("tick"),
                            SubscriptionSpec.latest(selection).from(),
                            false,
                            false,
                            false));
            rig.settle();
            for (int i = 0; i < 5; i++) {
                rig.publish(CHANNEL, "tick", null, "tick " + i);
                rig.publish(CHANNEL, "tock", null, "tock " + i);
            }
            client.drain(9);
            assertThat(client.data()).containsExactly("tick 0", "tick 1", "tick 2", "tick 3", "tick 4");
            assertThat(client.subscriber().cursor()).isEqualTo(rig.log.head());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 10_000})
    void joinsEventsWhileBehindAndWritesTheSameBytesWhileTheLogGrows(int bytesEach) {
        try (Rig rig = Rig.start()) {
            Client client = slow(rig, live(selection, false, true));
            rig.settle();
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 30; i++) {
                rig.publish(CHANNEL, "token" + i + " ");
                all.append("token").append(i).append(' ');
            }
            Cursor last = rig.log.head();
            client.sink.accepting(bytesEach);
            for (int i = 30; i < 40; i++) {
                client.subscriber().writable();
                rig.settle();
                rig.publish(CHANNEL, "token" + i + " ");
                all.append("token").append(i).append(' ');
            }
            client.drain(bytesEach);
            assertThat(String.join("", client.data())).isEqualTo(all.toString());
            assertThat(((WireOutput.AnEvent) client.received().getFirst()).id()).isEqualTo(last);
            assertThat(client.subscriber().cursor()).isEqualTo(rig.log.head());
        }
    }

    @Test
    void cutsASubscriberInAJoinedEventWhenAPartIsForgotten() {
        try (Rig rig = Rig.start()) {
            Client client = slow(rig, live(selection, false, true));
            rig.settle();
            rig.publish(CHANNEL, "one");
            Cursor two = rig.publish(CHANNEL, "two");
            rig.publish(CHANNEL, "three");
            client.sink.accepting(10);
            client.subscriber().writable();
            rig.settle();
            rig.forget(CHANNEL, two);
            client.drain();
            assertThat(client.sink.size()).isEqualTo(10);
            assertThat(client.sink.ended()).isFalse();
        }
    }

    @Test
    void joinsAndConflatesTogether() {
        try (Rig rig = Rig.start()) {
            Client client = slow(rig, live(selection, true, true));
            rig.settle();
            rig.publish(CHANNEL, "a");
            rig.publish(CHANNEL, "message", "k", "0");
            rig.publish(CHANNEL, "b");
            client.sink.accepting(3);
            client.subscriber().writable();
            rig.settle();
            rig.publish(CHANNEL, "message", "k", "1");
            rig.publish(CHANNEL, "c");
            client.drain(3);
            assertThat(client.sink.ended()).isNull();
            assertThat(client.data()).containsExactly("a", "b", "1", "c");
        }
    }

    @Test
    void resumesAnInterruptedSnapshotWithoutLosingAKey() {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < 20; i++) rig.publish(CHANNEL, "message", "k" + i % 7, "value " + i);
            Client first = slow(rig, SubscriptionSpec.latest(selection).from(new SubscriptionSpec.From.Snapshot()));
            rig.settle();
            first.sink.accepting(80);
            first.subscriber().writable();
            rig.settle();
            Cursor lastCursor = first.subscriber().cursor();
            first.subscriber().close();
            Client second = rig.open(Rig.resume(selection, lastCursor));
            rig.settle();
            assertThat(second.data()).contains("value 19", "value 18", "value 17", "value 16");
        }
    }
}
