package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The order of turns: one wake-up per burst, one encoding for all readers, and no reader delays the others.
class DispatcherTest {
    private static final String CHANNEL = "news";
    private static final String LARGE = "x".repeat(4_000);
    private final Selection selection = Selection.of(CHANNEL);

    /// Opens this many readers of the channel and returns the first.
    private static Client openReaders(Rig rig, int readers) {
        Client first = rig.follow(CHANNEL);
        for (int i = 1; i < readers; i++) rig.follow(CHANNEL);
        return first;
    }

    /// The loop, once idle; from then on each look at its clock takes 1 ms.
    private static FakeLoop slowLoop(Rig rig) {
        rig.settle();
        FakeLoop loop = rig.loops.getFirst();
        loop.stepClock(1_000_000);
        return loop;
    }

    private static Rig twoLoops() {
        return Rig.with(_ -> {}, HubSettings.DEFAULT, 2);
    }

    @Test
    void wakesOnceForABurst() {
        try (Rig rig = twoLoops()) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                clients.add(rig.open(i % 2, SubscriptionSpec.latest(selection), rig.wire, new FakeSink()));
            }
            rig.settle();
            for (int i = 0; i < 100; i++) rig.publish(CHANNEL, "event " + i);
            for (FakeLoop loop : rig.loops) {
                assertThat(loop.waiting()).isEqualTo(1);
                int tasksRun = loop.tasksRun();
                loop.runAll();
                assertThat(loop.tasksRun()).isEqualTo(tasksRun + 1);
            }
            for (Client client : clients) {
                assertThat(client.data()).hasSize(100);
                assertThat(client.sink.writes()).isEqualTo(1);
            }
        }
    }

    /// Each client waits for its own answer, so that a pause would save no write.
    @Test
    void doesNotPauseAfterAnswersToClients() {
        try (Rig rig = Rig.start()) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 60; i++) clients.add(rig.follow(CHANNEL));
            FakeLoop loop = slowLoop(rig); // The first round takes long.
            for (int round = 1; round <= 3; round++) {
                for (Client client : clients) client.subscriber().enqueue(RecordingWire.control("answer"));
                rig.settle();
                loop.stepClock(0); // The next one follows at once.
                for (Client client : clients) assertThat(client.sink.writes()).isEqualTo(round);
            }
            assertThat(loop.pauses()).isZero();
            loop.stepClock(1_000_000);
            rig.publish(CHANNEL, "an event");
            rig.settle();
            loop.stepClock(0);
            rig.publish(CHANNEL, "another one");
            rig.settle();
            assertThat(loop.pauses()).isEqualTo(1);
        }
    }

    @Test
    void givesNoTurnsToReadersOfOtherChannels() {
        try (Rig rig = Rig.start()) {
            Client other = rig.follow("other");
            Client wildcard = rig.follow("*/x");
            rig.settle();
            rig.publish(CHANNEL, "a");
            rig.settle();
            assertThat(other.sink.writes()).isZero();
            assertThat(wildcard.sink.writes()).isZero();
        }
    }

    @Test
    void encodesAnEventOnceForAllReadersOfAFormat() {
        try (Rig rig = twoLoops()) {
            RecordingWire second = new RecordingWire(2);
            for (int i = 0; i < 10; i++) {
                rig.open(i % 2, SubscriptionSpec.latest(selection), rig.wire, new FakeSink().accepting(9));
                rig.open(i % 2, SubscriptionSpec.latest(selection), second, new FakeSink());
            }
            rig.settle();
            rig.publish(CHANNEL, "a");
            rig.publish(CHANNEL, "b");
            rig.settle();
            assertThat(rig.wire.encodings()).hasValue(2);
            assertThat(second.encodings()).hasValue(2);
        }
    }

    @Test
    void givesLiveReadersTurnsBesideAReaderOfLongHistory() {
        try (Rig rig = Rig.start()) {
            String large = "x".repeat(10_000);
            for (int i = 0; i < 1_000; i++) rig.publish("history", large);
            Client history = rig.open(Rig.earliest(Selection.of("history")));
            Client live = rig.follow(CHANNEL);
            rig.runTasks(4); // Both have subscribed, and the reader of history has received its first batches.
            for (int i = 1; i <= 3; i++) {
                rig.publish(CHANNEL, "now");
                rig.runTasks(1);
                assertThat(live.data()).hasSize(i);
            }
            assertThat(history.sink.size()).isBetween(100_000, 2_000_000);
            rig.settle();
            assertThat(history.data()).hasSize(1_000);
        }
    }

    @Test
    void boundsTheTurnOfAReaderWhoseFilterMatchesNothing() {
        try (Rig rig = Rig.with(log -> log.limits(limits -> limits.lookMax(10)))) {
            for (int i = 0; i < 2_000; i++) rig.publish(CHANNEL, "event " + i);
            Client client = rig.open(new SubscriptionSpec(
                    selection, java.util.Set.of("none"), Rig.earliest(selection).from(), false, false, false));
            rig.settle();
            assertThat(client.subscriber().cursor()).isEqualTo(rig.log.head());
        }
    }

    /// 300 readers, 128 turns per task. Tasks that run at once would run before the loop serves its sockets.
    @Test
    void yieldsToTheLoopBetweenTurns() {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < 300; i++) rig.follow(CHANNEL);
            rig.settle();
            rig.publish(CHANNEL, "a");
            FakeLoop loop = rig.loops.getFirst();
            int tasksRun = loop.tasksRun();
            int later = loop.pauses();
            rig.settle();
            assertThat(loop.tasksRun() - tasksRun).isEqualTo(3);
            assertThat(loop.pauses() - later).isEqualTo(2);
        }
    }

    @Test
    void yieldsToTheLoopBetweenTurnsWhileTheLogGrows() {
        try (Rig rig = Rig.start()) {
            FakeSink sink = new FakeSink();
            rig.open(SubscriptionSpec.latest(selection), rig.wire, sink);
            for (int i = 1; i < 300; i++) rig.follow(CHANNEL);
            rig.settle();
            sink.accepting(offered -> {
                rig.publish("other", "during the turns of the readers of another channel");
                rig.publish(CHANNEL, "b");
                sink.acceptingAll();
                return offered;
            });
            rig.publish(CHANNEL, "a");
            FakeLoop loop = rig.loops.getFirst();
            int tasksRun = loop.tasksRun();
            int later = loop.pauses();
            rig.settle();
            assertThat(loop.tasksRun() - tasksRun).isEqualTo(6);
            assertThat(loop.pauses() - later).isEqualTo(5);
        }
    }

    @Test
    void writesEventsPublishedDuringARoundTogether() {
        try (Rig rig = Rig.start()) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 300; i++) clients.add(rig.follow(CHANNEL));
            rig.settle();
            for (String data : List.of("a", "b", "c")) { // The round takes three tasks.
                rig.publish(CHANNEL, data);
                rig.runTasks(1);
            }
            for (Client client : clients) {
                assertThat(client.sink.writes()).isEqualTo(1);
                assertThat(client.data()).first().isEqualTo("a");
            }
            rig.settle();
            for (Client client : clients) {
                assertThat(client.sink.writes()).isBetween(1, 2);
                assertThat(client.data()).containsExactly("a", "b", "c");
            }
        }
    }

    @Test
    void writesEventsPublishedDuringAPauseOnce() {
        try (Rig rig = Rig.start()) {
            Client client = openReaders(rig, 101);
            FakeLoop loop = slowLoop(rig);
            rig.publish(CHANNEL, "a");
            loop.runOne();
            loop.stepClock(0);
            int writes = client.sink.writes();
            rig.publish(CHANNEL, "b");
            loop.runOne(); // Too early: this postpones the turn.
            rig.publish(CHANNEL, "c");
            assertThat(client.data()).containsExactly("a");
            rig.settle();
            assertThat(client.data()).containsExactly("a", "b", "c");
            assertThat(client.sink.writes()).isEqualTo(writes + 1);
        }
    }

    @Test
    void endsThePauseWhenTheLogStopsGrowing() {
        try (Rig rig = Rig.start()) {
            Client client = openReaders(rig, 1_000);
            FakeLoop loop = slowLoop(rig);
            rig.publish(CHANNEL, LARGE);
            rig.settle();
            loop.stepClock(0);
            long nowNs = loop.nowNs();
            rig.publish(CHANNEL, "b");
            rig.settle();
            assertThat(client.data()).containsExactly(LARGE, "b");
            assertThat(loop.nowNs() - nowNs).isEqualTo(625_000); // One of eight slices of 5 ms.
        }
    }

    @Test
    void waitsTheWholePauseWithEventsPublishedDuringTheRound() {
        try (Rig rig = Rig.start()) {
            Client client = openReaders(rig, 1_000);
            FakeLoop loop = slowLoop(rig);
            rig.publish(CHANNEL, LARGE); // The round takes eight tasks.
            rig.runTasks(1);
            rig.publish(CHANNEL, "b");
            rig.runTasks(7);
            loop.stepClock(0);
            long nowNs = loop.nowNs();
            rig.settle();
            assertThat(client.data()).containsExactly(LARGE, "b");
            assertThat(loop.nowNs() - nowNs).isEqualTo(5_000_000);
        }
    }

    @Test
    void pausesAfterALongRoundOfPolls() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL);
            List<Poll.Result> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Poll.start(
                        rig.dispatcher(),
                        Grant.EVERYTHING,
                        SubscriptionSpec.latest(selection),
                        10,
                        1 << 20,
                        60_000,
                        null,
                        _ -> true,
                        answers::add);
            }
            FakeLoop loop = slowLoop(rig);
            rig.publish(CHANNEL, "a");
            loop.runOne();
            loop.stepClock(0);
            assertThat(answers).hasSize(100);
            long nowNs = loop.nowNs();
            rig.publish(CHANNEL, "b");
            rig.settle();
            assertThat(client.data()).containsExactly("a", "b");
            assertThat(loop.nowNs()).isGreaterThan(nowNs);
        }
    }

    @Test
    void doesNotPauseUnderLittleLoad() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL);
            rig.settle();
            rig.loops.getFirst().stepClock(10_000);
            for (int i = 0; i < 20; i++) {
                rig.publish(CHANNEL, "event");
                rig.settle();
            }
            assertThat(client.data()).hasSize(20);
            assertThat(rig.loops.getFirst().pauses()).isZero();
        }
    }

    @Test
    void notifiesReadersInBoundedSlicesBeforeTheFirstTurn() {
        try (Rig rig = Rig.start()) {
            int readers = 2 * Dispatcher.FAN_OUT_STEPS_MAX;
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < readers; i++) clients.add(new Client(rig, new FakeSink()));
            FakeLoop loop = rig.loops.getFirst();
            loop.execute(() ->
                    clients.forEach(each -> each.open(rig.dispatcher(), SubscriptionSpec.latest(selection), rig.wire)));
            rig.settle();
            rig.publish(CHANNEL, "a");
            rig.runTasks(2);
            assertThat(clients).allMatch(each -> each.sink.writes() == 0);
            rig.publish(CHANNEL, "between two slices");
            rig.runTasks(1);
            assertThat(clients.stream().filter(each -> each.sink.writes() > 0)).hasSize(128);
            rig.settle();
            assertThat(clients).allMatch(each -> each.data().equals(List.of("a", "between two slices")));
        }
    }

    @Test
    void deliversToAReaderRegisteredBetweenPublishAndWakeUp() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL);
            rig.loops.getFirst().runOne(); // Registered, and its start is resolved.
            rig.publish(CHANNEL, "a");
            rig.settle();
            assertThat(client.data()).containsExactly("a");
        }
    }

    @Test
    void deliversOnceToAReaderOfSeveralMatchingPatterns() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL, "*", "**");
            rig.settle();
            rig.publish(CHANNEL, "a");
            rig.settle();
            assertThat(client.data()).containsExactly("a");
            assertThat(client.sink.writes()).isEqualTo(1);
        }
    }

    /// A wire that fails to format an event whose data is `poison`.
    record PoisonedWire(RecordingWire wire) implements Wire {
        @Override
        public int formatId() {
            return 77;
        }

        @Override
        public void event(Event event, ByteBuilder out) {
            if (event.content().bytes().length == "poison".length()) throw new IllegalStateException("poison");
            wire.event(event, out);
        }

        @Override
        public byte @Nullable [] gap(Gap gap) {
            return wire.gap(gap);
        }

        @Override
        public byte @Nullable [] heartbeat(dev.sluice.core.cursor.Cursor at, Lag behind) {
            return wire.heartbeat(at, behind);
        }

        @Override
        public byte @Nullable [] closed(dev.sluice.core.channel.ChannelName channel, dev.sluice.core.cursor.Cursor at) {
            return wire.closed(channel, at);
        }

        @Override
        public String transport() {
            return "test";
        }

        @Override
        public byte @Nullable [] end(EndReason.Reported ending) {
            return wire.end(ending);
        }
    }

    @Test
    void closesAReaderThatFailsAndServesTheOthers() {
        try (Rig rig = Rig.start()) {
            Client before = rig.follow(CHANNEL);
            Client failing = rig.open(
                    SubscriptionSpec.latest(selection), new PoisonedWire(new RecordingWire(77)), new FakeSink());
            Client after = rig.follow(CHANNEL);
            rig.settle();
            rig.publish(CHANNEL, "poison");
            assertThatThrownBy(rig::settle).hasMessage("poison");
            rig.settle();
            rig.publish(CHANNEL, "on");
            rig.settle();
            assertThat(before.data()).containsExactly("poison", "on");
            assertThat(after.data()).containsExactly("poison", "on");
            assertThat(failing.sink.ended())
                    .describedAs("cut, because nothing else would end it")
                    .isFalse();
        }
    }

    @Test
    void stopEndsStreamsAndAnswersPolls() {
        try (Rig rig = Rig.start()) {
            Client stream = rig.follow(CHANNEL, "*");
            Client ahead =
                    rig.open(SubscriptionSpec.latest(selection).from(new SubscriptionSpec.From.Resume("e1-999")));
            List<Poll.Result> results = new ArrayList<>();
            Poll.start(
                    rig.dispatcher(),
                    Grant.EVERYTHING,
                    SubscriptionSpec.latest(selection),
                    10,
                    1 << 20,
                    60_000,
                    null,
                    _ -> true,
                    results::add);
            Poll.start(
                    rig.dispatcher(),
                    Grant.EVERYTHING,
                    SubscriptionSpec.latest(Selection.of("a", "b")).from(new SubscriptionSpec.From.Resume("e1-999")),
                    10,
                    1 << 20,
                    60_000,
                    null,
                    _ -> true,
                    results::add);
            rig.settle();
            rig.dispatcher().stop();
            rig.settle();
            assertThat(stream.received()).containsExactly(new WireOutput.AnEnd("Stopping"));
            assertThat(ahead.outcome).isEqualTo("unavailable");
            assertThat(results).hasSize(2);
        }
    }

    @Test
    void skipsAReaderThatClosedBeforeItsTurn() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL);
            rig.settle();
            rig.publish(CHANNEL, "a");
            client.subscriber().close();
            rig.settle();
            assertThat(client.sink.writes()).isZero();
        }
    }
}
