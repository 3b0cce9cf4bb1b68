package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Start;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What is missing is told before anything else and between two events; who stands in the middle of what is gone is
/// cut.
class GapTest {
    private static final String CHANNEL = "news";
    private final Selection selection = Selection.of(CHANNEL);

    private Client slow(Rig rig, Subscription asked) {
        return rig.open(asked, rig.wire, new FakeSink().taking(20));
    }

    @Test
    void isToldToALiveReaderThatRetentionOvertakes() {
        try (Rig rig = Rig.keeping(3)) {
            Client client = rig.open(Subscription.latest(selection), rig.wire, new FakeSink().taking(0));
            rig.settle();
            Cursor last = null;
            for (int i = 0; i < 10; i++) last = rig.publish(CHANNEL, "event " + i);
            client.drain();
            Said.AGap gap = (Said.AGap) client.said().getFirst();
            assertThat(gap.after()).isEqualTo(client.began.text());
            assertThat(gap.reason()).isEqualTo(Gap.Reason.TRIMMED);
            assertThat(client.data()).containsExactly("event 7", "event 8", "event 9");
            assertThat(client.subscriber().cursor()).isEqualTo(last);
        }
    }

    @Test
    void isToldBetweenTwoEvents() {
        try (Rig rig = Rig.start()) {
            Client client = slow(rig, Subscription.latest(selection));
            rig.settle();
            rig.publish(CHANNEL, "a");
            Cursor b = rig.publish(CHANNEL, "b");
            rig.settle();
            client.drain(7);
            rig.delete(CHANNEL);
            rig.settle();
            Cursor c = rig.publish(CHANNEL, "c");
            client.drain(7);
            assertThat(client.data()).containsExactly("a", "b", "c");
            assertThat(client.said().get(2)).isInstanceOfSatisfying(Said.AGap.class, gap -> {
                assertThat(gap.after()).isEqualTo(b.text());
                assertThat(gap.reason()).isEqualTo(Gap.Reason.DELETED);
            });
            assertThat(client.subscriber().cursor()).isEqualTo(c);
        }
    }

    @Test
    void cutsWhoStandsInTheMiddleOfADeletedEvent() {
        try (Rig rig = Rig.start()) {
            Client client = slow(rig, Subscription.latest(selection));
            rig.settle();
            rig.publish(CHANNEL, "a long event that does not fit in");
            rig.settle();
            assertThat(client.sink.size()).isEqualTo(20);
            rig.delete(CHANNEL);
            client.drain();
            assertThat(client.sink.size()).isEqualTo(20);
            assertThat(client.sink.ended()).isFalse();
        }
    }

    @Test
    void cutsWhoStandsInTheMiddleOfATrimmedEvent() {
        try (Rig rig = Rig.keeping(1)) {
            Client client = slow(rig, Subscription.latest(selection));
            rig.settle();
            rig.publish(CHANNEL, "a long event that does not fit in");
            rig.settle();
            for (int i = 0; i < 5; i++) rig.publish(CHANNEL, "later");
            client.drain();
            assertThat(client.sink.size()).isEqualTo(20);
            assertThat(client.sink.ended()).isFalse();
        }
    }

    @Test
    void waitsForTheEndOfAnEventThatIsStillThere() {
        try (Rig rig = Rig.keeping(1)) {
            Client client = slow(rig, Subscription.latest(Selection.of("quiet", "busy")));
            rig.settle();
            Cursor half = rig.publish("quiet", "a long event that does not fit in");
            rig.settle();
            for (int i = 0; i < 3; i++) rig.publish("busy", "event " + i);
            client.drain(7);
            assertThat(client.data()).containsExactly("a long event that does not fit in", "event 2");
            assertThat(client.said().get(1)).isInstanceOfSatisfying(Said.AGap.class, gap -> {
                assertThat(gap.after()).isEqualTo(half.text());
                assertThat(gap.reason()).isEqualTo(Gap.Reason.TRIMMED);
            });
        }
    }

    @Test
    void finishesAnEventBehindWhatItsFilterLeftOut() {
        try (Rig rig = Rig.keeping(1)) {
            Subscription ticks = new Subscription(
                    Selection.of("quiet", "busy"),
                    Set.of("tick"),
                    new Subscription.From.At(new Start.Latest()),
                    false,
                    false,
                    false);
            Client client = slow(rig, ticks);
            rig.settle();
            rig.publish("busy", "not for it");
            rig.publish("quiet", "tick", null, "a long event that does not fit in");
            rig.settle();
            rig.publish("busy", "overtakes the other");
            client.drain(7);
            assertThat(client.data()).containsExactly("a long event that does not fit in");
        }
    }

    @Test
    void cutsWhoStandsInTheMiddleOfAnEventThatWasForgotten() {
        try (Rig rig = Rig.start()) {
            Client client = slow(rig, Subscription.latest(selection));
            rig.settle();
            // As many bytes as what is said of a forgotten one: the length alone does not tell.
            Cursor id = rig.publish(CHANNEL, "(xxxxxxxxx)");
            rig.settle();
            rig.forget(CHANNEL, id);
            client.drain();
            assertThat(client.text()).doesNotContain("forgotten");
            assertThat(client.sink.ended()).isFalse();
        }
    }

    @Test
    void writesAForgottenEventWholeToWhoHasNothingOfIt() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(Subscription.latest(selection), rig.wire, new FakeSink().taking(0));
            rig.settle();
            Cursor id = rig.publish(CHANNEL, "secret");
            rig.settle();
            rig.forget(CHANNEL, id);
            client.drain(3);
            assertThat(client.data()).containsExactly("(forgotten)");
        }
    }

    @Test
    void cutsBeforeLastWordsWhereTheEventCannotBeFinished() {
        try (Rig rig = Rig.start()) {
            Client client = slow(rig, Subscription.latest(selection));
            rig.settle();
            rig.publish(CHANNEL, "a long event that does not fit in");
            rig.settle();
            client.subscriber().end(new Ending.Stopping());
            rig.delete(CHANNEL);
            client.drain();
            assertThat(client.sink.size()).isEqualTo(20);
            assertThat(client.sink.ended()).isFalse();
        }
    }

    @Test
    void endsAReaderThatWantsToFail() {
        try (Rig rig = Rig.start()) {
            Subscription asked = new Subscription(
                    selection,
                    Subscription.latest(selection).types(),
                    Subscription.latest(selection).from(),
                    false,
                    false,
                    true);
            Client client = rig.open(asked);
            rig.settle();
            rig.publish(CHANNEL, "a");
            rig.settle();
            rig.delete(CHANNEL);
            rig.settle();
            assertThat(client.data()).containsExactly("a");
            assertThat(client.said()).last().isEqualTo(new Said.AnEnd("Missing"));
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void cutsAWireThatHasNoWordsForIt() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(Subscription.latest(selection), RecordingWire.speechless(2), new FakeSink());
            rig.settle();
            rig.publish(CHANNEL, "a");
            rig.settle();
            rig.delete(CHANNEL);
            rig.publish(CHANNEL, "b");
            rig.settle();
            assertThat(client.text()).isEqualTo("a");
            assertThat(client.sink.ended()).isFalse();
        }
    }

    @Test
    void isGivenToTheTransportWhereItLiesInFrontOfTheBeginning() {
        try (Rig rig = Rig.keeping(2)) {
            Cursor first = rig.publish(CHANNEL, "a");
            for (int i = 0; i < 6; i++) rig.publish(CHANNEL, "later");
            Client client = rig.open(Rig.resume(selection, first));
            Client failing = rig.open(new Subscription(
                    selection,
                    Subscription.latest(selection).types(),
                    new Subscription.From.Resume(first.text()),
                    false,
                    false,
                    true));
            rig.settle();
            assertThat(client.opened).isEqualTo("begins");
            assertThat(client.gap).isNotNull();
            assertThat(client.gap.after()).isEqualTo(first.text());
            assertThat(client.gap.resume()).isEqualTo(client.began);
            assertThat(client.data()).containsExactly("later", "later");
            assertThat(failing.opened).isEqualTo("missing");
            assertThat(failing.sink.writes()).isZero();
        }
    }

    @Test
    void ofAnotherLogIsAnEpoch() {
        try (Rig rig = Rig.start()) {
            rig.publish(CHANNEL, "a");
            Client client =
                    rig.open(Subscription.latest(selection).from(new Subscription.From.Resume("another.log~7")));
            rig.settle();
            assertThat(client.gap.reason()).isEqualTo(Gap.Reason.EPOCH);
            assertThat(client.gap.after()).isEqualTo("another.log~7");
            assertThat(client.data()).containsExactly("a");
        }
    }
}
