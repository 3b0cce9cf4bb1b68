package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.encoded.Bytes;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Whose turn it is: one wake-up a burst, one encoding for all, and nobody holds up the others.
class DispatcherTest {
    private static final String CHANNEL = "news";
    private static final String LARGE = "x".repeat(4_000);
    private final Selection selection = Selection.of(CHANNEL);

    /// Follows the channel so many times, and gives the first of them.
    private static Client crowd(Rig rig, int readers) {
        Client first = rig.follow(CHANNEL);
        for (int i = 1; i < readers; i++) rig.follow(CHANNEL);
        return first;
    }

    /// The loop, once all is settled: whatever it does from here on takes it long.
    private static FakeLoop slow(Rig rig) {
        rig.settle();
        FakeLoop loop = rig.loops.getFirst();
        loop.passing(1_000_000);
        return loop;
    }

    private static Rig two() {
        return Rig.with(_ -> {}, HubSettings.DEFAULT, 2);
    }

    @Test
    void isWokenOnceForABurst() {
        try (Rig rig = two()) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                clients.add(rig.open(i % 2, Subscription.latest(selection), rig.wire, new FakeSink()));
            }
            rig.settle();
            for (int i = 0; i < 100; i++) rig.publish(CHANNEL, "event " + i);
            for (FakeLoop loop : rig.loops) {
                assertThat(loop.waiting()).isEqualTo(1);
                int taken = loop.taken();
                loop.runAll();
                assertThat(loop.taken()).isEqualTo(taken + 1);
            }
            for (Client client : clients) {
                assertThat(client.data()).hasSize(100);
                assertThat(client.sink.writes()).isEqualTo(1);
            }
        }
    }

    @Test
    void leavesAloneWhoReadsOtherChannels() {
        try (Rig rig = Rig.start()) {
            Client other = rig.follow("other");
            Client wild = rig.follow("*/x");
            rig.settle();
            rig.publish(CHANNEL, "a");
            rig.settle();
            assertThat(other.sink.writes()).isZero();
            assertThat(wild.sink.writes()).isZero();
        }
    }

    @Test
    void encodesAnEventOnceForAllReadersOfAForm() {
        try (Rig rig = two()) {
            RecordingWire second = new RecordingWire(2);
            for (int i = 0; i < 10; i++) {
                rig.open(i % 2, Subscription.latest(selection), rig.wire, new FakeSink().taking(9));
                rig.open(i % 2, Subscription.latest(selection), second, new FakeSink());
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
    void givesEverybodyATurnBesideAReaderOfEndlessHistory() {
        try (Rig rig = Rig.start()) {
            String large = "x".repeat(10_000);
            for (int i = 0; i < 1_000; i++) rig.publish("history", large);
            Client historian = rig.open(Rig.earliest(Selection.of("history")));
            Client live = rig.follow(CHANNEL);
            rig.settleFor(
                    4); // Both have subscribed, nothing waits for the one, and the other has had its first helpings.
            for (int i = 1; i <= 3; i++) {
                rig.publish(CHANNEL, "now");
                rig.settleFor(1);
                assertThat(live.data()).hasSize(i);
            }
            assertThat(historian.sink.size()).isBetween(100_000, 2_000_000);
            rig.settle();
            assertThat(historian.data()).hasSize(1_000);
        }
    }

    @Test
    void boundsATurnOfAReaderWhoseFilterLeavesNothing() {
        try (Rig rig = Rig.with(log -> log.lookMax(10))) {
            for (int i = 0; i < 2_000; i++) rig.publish(CHANNEL, "event " + i);
            Client client = rig.open(new Subscription(
                    selection, java.util.Set.of("none"), Rig.earliest(selection).from(), false, false, false));
            rig.settle();
            assertThat(client.subscriber().cursor()).isEqualTo(rig.log.head());
        }
    }

    /// 300 readers, 128 turns a task. Tasks to be run at once would come before the loop's sockets.
    @Test
    void looksAfterTheLoopBetweenTurns() {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < 300; i++) rig.follow(CHANNEL);
            rig.settle();
            rig.publish(CHANNEL, "a");
            FakeLoop loop = rig.loops.getFirst();
            int taken = loop.taken();
            int later = loop.pauses();
            rig.settle();
            assertThat(loop.taken() - taken).isEqualTo(3);
            assertThat(loop.pauses() - later).isEqualTo(2);
        }
    }

    @Test
    void looksAfterTheLoopBetweenTurnsHoweverTheLogGrowsMeanwhile() {
        try (Rig rig = Rig.start()) {
            FakeSink sink = new FakeSink();
            rig.open(Subscription.latest(selection), rig.wire, sink);
            for (int i = 1; i < 300; i++) rig.follow(CHANNEL);
            rig.settle();
            sink.taking(offered -> {
                rig.publish("other", "while readers of one channel have their turns");
                rig.publish(CHANNEL, "b");
                sink.takingAll();
                return offered;
            });
            rig.publish(CHANNEL, "a");
            FakeLoop loop = rig.loops.getFirst();
            int taken = loop.taken();
            int later = loop.pauses();
            rig.settle();
            assertThat(loop.taken() - taken).isEqualTo(6);
            assertThat(loop.pauses() - later).isEqualTo(5);
        }
    }

    @Test
    void writesTogetherWhatIsPublishedDuringARound() {
        try (Rig rig = Rig.start()) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 300; i++) clients.add(rig.follow(CHANNEL));
            rig.settle();
            for (String data : List.of("a", "b", "c")) { // A round of three tasks.
                rig.publish(CHANNEL, data);
                rig.settleFor(1);
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
    void writesOnceWhatWasPublishedWhileItPausedAfterALongRound() {
        try (Rig rig = Rig.start()) {
            Client client = crowd(rig, 101);
            FakeLoop loop = slow(rig);
            rig.publish(CHANNEL, "a");
            loop.runOne();
            loop.passing(0);
            int writes = client.sink.writes();
            rig.publish(CHANNEL, "b");
            loop.runOne(); // It is too early: this puts it off.
            rig.publish(CHANNEL, "c");
            assertThat(client.data()).containsExactly("a");
            rig.settle();
            assertThat(client.data()).containsExactly("a", "b", "c");
            assertThat(client.sink.writes()).isEqualTo(writes + 1);
        }
    }

    @Test
    void beginsTheNextRoundWhenWhatCameHasCeasedToCome() {
        try (Rig rig = Rig.start()) {
            Client client = crowd(rig, 1_000);
            FakeLoop loop = slow(rig);
            rig.publish(CHANNEL, LARGE);
            rig.settle();
            loop.passing(0);
            long nowNs = loop.nowNs();
            rig.publish(CHANNEL, "b");
            rig.settle();
            assertThat(client.data()).containsExactly(LARGE, "b");
            assertThat(loop.nowNs() - nowNs).isEqualTo(625_000); // Of 5 ms.
        }
    }

    @Test
    void waitsTheWholePauseWithWhatCameDuringTheRound() {
        try (Rig rig = Rig.start()) {
            Client client = crowd(rig, 1_000);
            FakeLoop loop = slow(rig);
            rig.publish(CHANNEL, LARGE); // A round of eight tasks.
            rig.settleFor(1);
            rig.publish(CHANNEL, "b");
            rig.settleFor(7);
            loop.passing(0);
            long nowNs = loop.nowNs();
            rig.settle();
            assertThat(client.data()).containsExactly(LARGE, "b");
            assertThat(loop.nowNs() - nowNs).isEqualTo(5_000_000);
        }
    }

    @Test
    void pausesAfterALongRoundOfPollsAsAfterOneOfStreams() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL);
            List<Poll.Result> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Poll.ask(rig.dispatcher(), Subscription.latest(selection), 10, 1 << 20, 60_000, null, answers::add);
            }
            FakeLoop loop = slow(rig);
            rig.publish(CHANNEL, "a");
            loop.runOne();
            loop.passing(0);
            assertThat(answers).hasSize(100);
            long nowNs = loop.nowNs();
            rig.publish(CHANNEL, "b");
            rig.settle();
            assertThat(client.data()).containsExactly("a", "b");
            assertThat(loop.nowNs()).isGreaterThan(nowNs);
        }
    }

    @Test
    void makesNobodyWaitOnALoopThatHasLittleToDo() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL);
            rig.settle();
            rig.loops.getFirst().passing(10_000);
            for (int i = 0; i < 20; i++) {
                rig.publish(CHANNEL, "event");
                rig.settle();
            }
            assertThat(client.data()).hasSize(20);
            assertThat(rig.loops.getFirst().pauses()).isZero();
        }
    }

    @Test
    void tellsOfWhatGrewInBoundedSlicesBeforeAnybodyHasATurn() {
        try (Rig rig = Rig.start()) {
            int readers = 2 * Dispatcher.FAN_OUT_STEPS_MAX;
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < readers; i++) clients.add(new Client(rig, new FakeSink()));
            FakeLoop loop = rig.loops.getFirst();
            loop.execute(() ->
                    clients.forEach(each -> each.open(rig.dispatcher(), Subscription.latest(selection), rig.wire)));
            rig.settle();
            rig.publish(CHANNEL, "a");
            rig.settleFor(2);
            assertThat(clients).allMatch(each -> each.sink.writes() == 0);
            rig.publish(CHANNEL, "between two slices");
            rig.settleFor(1);
            assertThat(clients.stream().filter(each -> each.sink.writes() > 0)).hasSize(128);
            rig.settle();
            assertThat(clients).allMatch(each -> each.data().equals(List.of("a", "between two slices")));
        }
    }

    @Test
    void deliversToAReaderThatCameBetweenPublishAndWakeUp() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL);
            rig.loops.getFirst().runOne(); // It is registered, and its beginning is found.
            rig.publish(CHANNEL, "a");
            rig.settle();
            assertThat(client.data()).containsExactly("a");
        }
    }

    @Test
    void namesAReaderOfSeveralPatternsOnce() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL, "*", "**");
            rig.settle();
            rig.publish(CHANNEL, "a");
            rig.settle();
            assertThat(client.data()).containsExactly("a");
            assertThat(client.sink.writes()).isEqualTo(1);
        }
    }

    /// Can't spell an event whose data is `poison`.
    record Poisoned(RecordingWire wire) implements Wire {
        @Override
        public int form() {
            return 77;
        }

        @Override
        public void event(Event event, Bytes out) {
            if (event.content().bytes().length == "poison".length()) throw new IllegalStateException("no words");
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
        public byte @Nullable [] end(Ending ending) {
            return wire.end(ending);
        }
    }

    @Test
    void survivesAReaderThatFails() {
        try (Rig rig = Rig.start()) {
            Client before = rig.follow(CHANNEL);
            Client failing =
                    rig.open(Subscription.latest(selection), new Poisoned(new RecordingWire(77)), new FakeSink());
            Client after = rig.follow(CHANNEL);
            rig.settle();
            rig.publish(CHANNEL, "poison");
            assertThatThrownBy(rig::settle).hasMessage("no words");
            rig.settle();
            rig.publish(CHANNEL, "on");
            rig.settle();
            assertThat(before.data()).containsExactly("poison", "on");
            assertThat(after.data()).containsExactly("poison", "on");
            assertThat(failing.sink.ended())
                    .describedAs("cut, as nobody else would")
                    .isFalse();
        }
    }

    @Test
    void stopEndsStreamsAndAnswersPolls() {
        try (Rig rig = Rig.start()) {
            Client stream = rig.follow(CHANNEL, "*");
            Client ahead = rig.open(Subscription.latest(selection).from(new Subscription.From.Resume("e1-999")));
            List<Poll.Result> results = new ArrayList<>();
            Poll.ask(rig.dispatcher(), Subscription.latest(selection), 10, 1 << 20, 60_000, null, results::add);
            Poll.ask(
                    rig.dispatcher(),
                    Subscription.latest(Selection.of("a", "b")).from(new Subscription.From.Resume("e1-999")),
                    10,
                    1 << 20,
                    60_000,
                    null,
                    results::add);
            rig.settle();
            rig.dispatcher().stop();
            rig.settle();
            assertThat(stream.said()).containsExactly(new Said.AnEnd("Stopping"));
            assertThat(ahead.opened).isEqualTo("unavailable");
            assertThat(results).hasSize(2);
        }
    }

    @Test
    void passesOverWhoLeftBeforeTheirTurn() {
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
