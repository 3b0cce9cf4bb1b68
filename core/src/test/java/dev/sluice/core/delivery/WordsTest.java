package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is said besides events is said between two of them, and soon, however busy the line is.
class WordsTest {
    private static final String CHANNEL = "news";
    private static final String LARGE = "0123456789".repeat(1_000);
    private final Selection selection = Selection.of(CHANNEL);

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 50})
    void neverFallIntoAnEvent(int bytesEach) {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < 20; i++) rig.publish(CHANNEL, "event " + i);
            Client client = rig.open(Rig.earliest(selection), rig.wire, new FakeSink().taking(bytesEach));
            rig.settle();
            for (int i = 0; i < 50; i++) {
                client.subscriber().say(RecordingWire.words("word" + i));
                client.subscriber().writable();
                rig.settle();
            }
            client.drain(bytesEach);
            assertThat(client.data()).hasSize(20);
            assertThat(client.said().stream().filter(Said.Words.class::isInstance))
                    .hasSize(50);
        }
    }

    /// Every write ends in the middle of an event, and there is no end of events.
    private static Client saturated(Rig rig, Selection selection) {
        for (int i = 0; i < 50; i++) rig.publish(CHANNEL, i + LARGE);
        Client client = rig.open(Rig.earliest(selection), rig.wire, new FakeSink().taking(15_000));
        rig.settle();
        assertThat(Said.parse(client.sink.bytes()).left()).isPositive();
        return client;
    }

    private static void write(Rig rig, Client client, int times) {
        for (int i = 0; i < times; i++) {
            client.subscriber().writable();
            rig.settle();
        }
    }

    @Test
    void areSaidUnderSaturation() {
        try (Rig rig = Rig.start()) {
            Client client = saturated(rig, selection);
            client.subscriber().say(RecordingWire.words("hello"));
            write(rig, client, 3);
            assertThat(Said.parse(client.sink.bytes()).whole().get(2)).isEqualTo(new Said.Words("hello"));
        }
    }

    @Test
    void heartbeatsAreSaidUnderSaturationAndSayHowFarItIsBehind() {
        try (Rig rig = Rig.start()) {
            Client client = saturated(rig, selection);
            rig.pass(Duration.ofSeconds(16));
            write(rig, client, 3);
            var whole = Said.parse(client.sink.bytes()).whole();
            var before = (Said.AnEvent) whole.get(1);
            assertThat(whole.get(2)).isEqualTo(new Said.ABeat(before.id(), 48));
        }
    }

    @Test
    void endComesBehindTheEventThatIsBeingWritten() {
        try (Rig rig = Rig.start()) {
            Client client = saturated(rig, selection);
            client.subscriber().end(new Ending.Stopping());
            write(rig, client, 3);
            assertThat(client.said()).hasSize(3).last().isEqualTo(new Said.AnEnd("Stopping"));
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void thatWaitedAreSaidBeforeTheEnd() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(Subscription.latest(selection), rig.wire, new FakeSink().taking(4));
            rig.settle();
            client.subscriber().say(RecordingWire.words("first"));
            rig.settle();
            client.subscriber().end(new Ending.Stopping());
            client.subscriber().say(RecordingWire.words("late"));
            rig.publish(CHANNEL, "late too");
            rig.settle();
            client.drain(4);
            assertThat(client.said()).containsExactly(new Said.Words("first"), new Said.AnEnd("Stopping"));
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void mayBeLargerThanOneTurn() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(Subscription.latest(selection), rig.wire, new FakeSink().taking(1_000));
            rig.settle();
            String word = "w".repeat(200_000);
            client.subscriber().say(RecordingWire.words(word));
            rig.publish(CHANNEL, "behind");
            rig.settle();
            client.drain(30_000);
            assertThat(client.said().getFirst()).isEqualTo(new Said.Words(word));
            assertThat(client.data()).containsExactly("behind");
        }
    }

    @Test
    void areCountedUntilTheyAreWritten() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(Subscription.latest(selection), rig.wire, new FakeSink().taking(0));
            rig.settle();
            client.subscriber().say(RecordingWire.words("one"));
            client.subscriber().say(RecordingWire.words("two"));
            rig.settle();
            assertThat(client.subscriber().unsaid()).isEqualTo(2);
            client.drain();
            assertThat(client.subscriber().unsaid()).isZero();
        }
    }

    @Test
    void areNoMoreOnceItIsClosed() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(Subscription.latest(selection), rig.wire, new FakeSink().taking(0));
            rig.settle();
            client.subscriber().say(RecordingWire.words("one"));
            client.subscriber().close();
            client.subscriber().say(RecordingWire.words("two"));
            assertThat(client.subscriber().unsaid()).isZero();
            assertThat(client.drain().sink.size()).isZero();
        }
    }
}
