package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.log.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Where a reader starts, and that nothing is lost between registration and first read.
class StartResolverTest {
    private static final String CHANNEL = "news";
    private final Selection selection = Selection.of(CHANNEL);

    private Client from(Rig rig, SubscriptionSpec.From from) {
        Client client = rig.open(SubscriptionSpec.latest(selection).from(from));
        rig.settle();
        return client;
    }

    @Test
    void startsWhereTheSubscriptionAsks() {
        try (Rig rig = Rig.start()) {
            Cursor a = rig.publish(CHANNEL, "a");
            rig.jump(Duration.ofMinutes(1));
            rig.publish("other", "x");
            rig.publish(CHANNEL, "b");
            rig.publish(CHANNEL, "c");
            assertThat(from(rig, new SubscriptionSpec.From.At(new Start.Latest()))
                            .data())
                    .isEmpty();
            assertThat(from(rig, new SubscriptionSpec.From.At(new Start.Earliest()))
                            .data())
                    .containsExactly("a", "b", "c");
            assertThat(from(rig, new SubscriptionSpec.From.At(new Start.Last(2)))
                            .data())
                    .containsExactly("b", "c");
            assertThat(from(rig, new SubscriptionSpec.From.At(new Start.Since(rig.nowMs())))
                            .data())
                    .containsExactly("b", "c");
            assertThat(from(rig, new SubscriptionSpec.From.Resume(a.text())).data())
                    .containsExactly("b", "c");
            assertThat(from(rig, new SubscriptionSpec.From.Resume(a.text())).startCursor)
                    .isEqualTo(a);
        }
    }

    @Test
    void waitsForACursorAheadOfTheHead() {
        try (Rig rig = Rig.start()) {
            Cursor head = rig.publish(CHANNEL, "a");
            Client client = from(rig, new SubscriptionSpec.From.Resume("e1-" + (head.position() + 1)));
            assertThat(client.outcome).isNull();
            rig.publish(CHANNEL, "b");
            rig.publish(CHANNEL, "c");
            rig.settle();
            assertThat(client.outcome).isEqualTo("begins");
            assertThat(client.data()).containsExactly("c");
        }
    }

    @Test
    void refusesACursorThatTheLogDoesNotReachInTime() {
        try (Rig rig = Rig.start()) {
            Client client = from(rig, new SubscriptionSpec.From.Resume("e1-999"));
            rig.pass(Duration.ofMillis(4_750));
            assertThat(client.outcome).isNull();
            rig.pass(Duration.ofMillis(500));
            assertThat(client.outcome).isEqualTo("unavailable");
            for (int i = 0; i < 1_000; i++) rig.publish(CHANNEL, "late");
            rig.settle();
            assertThat(client.sink.writes()).isZero();
        }
    }

    @Test
    void reportsNothingToAClosedSubscriber() {
        try (Rig rig = Rig.start()) {
            Client client = from(rig, new SubscriptionSpec.From.Resume("e1-2"));
            client.subscriber().close();
            rig.publish(CHANNEL, "a");
            rig.publish(CHANNEL, "b");
            rig.settle().pass(Duration.ofSeconds(10));
            assertThat(client.outcome).isNull();
        }
    }

    @Test
    void refusesIfTheLogIsClosed() {
        try (Rig rig = Rig.start()) {
            rig.log.close();
            assertThat(from(rig, new SubscriptionSpec.From.At(new Start.Latest())).outcome)
                    .isEqualTo("unavailable");
            assertThat(from(rig, new SubscriptionSpec.From.Resume("e1-1")).outcome)
                    .isEqualTo("unavailable");
        }
    }

    @Test
    void losesNoEventPublishedMeanwhile() {
        // An event may be published between any two tasks of the loop.
        try (Rig rig = Rig.start()) {
            List<Client> clients = new ArrayList<>();
            List<Integer> firsts = new ArrayList<>();
            FakeLoop loop = rig.loops.getFirst();
            int published = 0;
            for (int round = 0; round < 30; round++) {
                clients.add(rig.follow(CHANNEL));
                clients.add(rig.follow("*"));
                for (int i = 0; i < round % 4; i++) {
                    rig.publish(CHANNEL, Integer.toString(published++));
                    loop.runOne();
                }
            }
            rig.settle();
            rig.publish(CHANNEL, Integer.toString(published++));
            rig.settle();
            for (Client client : clients) {
                List<Integer> got = client.data().stream().map(Integer::valueOf).toList();
                for (int i = 1; i < got.size(); i++) assertThat(got.get(i)).isEqualTo(got.get(i - 1) + 1);
                assertThat(got).last().isEqualTo(published - 1);
                firsts.add(got.getFirst());
            }
            assertThat(firsts).isSorted();
            assertThat(firsts.getFirst()).isLessThan(firsts.getLast());
        }
    }
}
