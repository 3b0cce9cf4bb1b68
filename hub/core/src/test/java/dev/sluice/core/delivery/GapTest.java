package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.GapReason;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.Start;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A gap is reported before anything else, between two events; a subscriber in the middle of an event that is
/// gone is cut.
class GapTest {
    private static final String CHANNEL = "news";
    private final Selection selection = Selection.of(CHANNEL);

    private Client slow(Rig rig, SubscriptionSpec subscription) {
        return rig.open(subscription, rig.wire, new FakeSink().accepting(20));
    }

    @Test
    void isReportedToALiveReaderOvertakenByRetention() {
        try (Rig rig = Rig.retainingEvents(3)) {
            Client client = rig.open(SubscriptionSpec.latest(selection), rig.wire, new FakeSink().accepting(0));
            rig.settle();
            Cursor last = null;
            for (int i = 0; i < 10; i++) last = rig.publish(CHANNEL, "event " + i);
            client.drain();
            WireOutput.AGap gap = (WireOutput.AGap) client.received().getFirst();
            assertThat(gap.after()).isEqualTo(client.startCursor.text());
            assertThat(gap.reason()).isEqualTo(GapReason.TRIMMED);
            assertThat(client.data()).containsExactly("event 7", "event 8", "event 9");
            assertThat(client.subscriber().cursor()).isEqualTo(last);
        }
    }

    @Test
    void isReportedBetweenTwoEvents() {
        try (Rig rig = Rig.start()) {
            Client client = slow(rig, SubscriptionSpec.latest(selection));
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
            assertThat(client.received().get(2)).isInstanceOfSatisfying(WireOutput.AGap.class, gap -> {
                assertThat(gap.after()).isEqualTo(b.text());
                assertThat(gap.reason()).isEqualTo(GapReason.DELETED);
            });
            assertThat(client.subscriber().cursor()).isEqualTo(c);
        }
    }

    @Test
    void cutsASubscriberInTheMiddleOfADeletedEvent() {
        try (Rig rig = Rig.start()) {
            Client client = slow(rig, SubscriptionSpec.latest(selection));
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
    void cutsASubscriberInTheMiddleOfATrimmedEvent() {
        try (Rig rig = Rig.retainingEvents(1)) {
            Client client = slow(rig, SubscriptionSpec.latest(selection));
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
    void isReportedAfterAPartlySentEventThatIsStillThere() {
        try (Rig rig = Rig.retainingEvents(1)) {
            Client client = slow(rig, SubscriptionSpec.latest(Selection.of("quiet", "busy")));
            rig.settle();
            Cursor partial = rig.publish("quiet", "a long event that does not fit in");
            rig.settle();
            for (int i = 0; i < 3; i++) rig.publish("busy", "event " + i);
            client.drain(7);
            assertThat(client.data()).containsExactly("a long event that does not fit in", "event 2");
            assertThat(client.received().get(1)).isInstanceOfSatisfying(WireOutput.AGap.class, gap -> {
                assertThat(gap.after()).isEqualTo(partial.text());
                assertThat(gap.reason()).isEqualTo(GapReason.TRIMMED);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 50})
    void isReportedAfterAPartlySentEventThoughEachReadFindsMoreLost(int losses) {
        LosingLog[] losing = new LosingLog[1];
        try (Rig rig = Rig.wrapping(
                log -> losing[0] = new LosingLog(log, "busy"),
                log -> log.retention(_ -> Retention.events(1)),
                HubSettings.DEFAULT,
                1)) {
            Client client = slow(rig, SubscriptionSpec.latest(Selection.of("quiet", "busy")));
            rig.settle();
            rig.publish("quiet", "a long event that does not fit in");
            rig.publish("busy", "first");
            rig.settle();
            losing[0].losses = losses;
            client.drain(7);
            assertThat(losing[0].losses).describedAs("losses left").isZero();
            assertThat(client.data()).containsExactly("a long event that does not fit in", "last but 0");
        }
    }

    /// Loses an event of a channel before each read, as if others published meanwhile.
    private static final class LosingLog extends ForwardingLog {
        private final ChannelName channel;
        int losses;

        LosingLog(Log log, String channel) {
            super(log);
            this.channel = new ChannelName(channel);
        }

        @Override
        public Read read(ReadCursor place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
            if (losses > 0) {
                String data = "last but " + --losses;
                append(new Publication(Draft.event(channel, EventType.MESSAGE, Rig.text(data)), Conditions.NONE));
            }
            return super.read(place, selection, filter, entriesMax, bytesMax);
        }
    }

    @Test
    void completesAPartlySentEventAfterFilteredOnes() {
        try (Rig rig = Rig.retainingEvents(1)) {
            SubscriptionSpec ticks = new SubscriptionSpec(
                    Selection.of("quiet", "busy"),
                    Set.of("tick"),
                    new SubscriptionSpec.From.At(new Start.Latest()),
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
    void cutsASubscriberInTheMiddleOfAForgottenEvent() {
        try (Rig rig = Rig.start()) {
            Client client = slow(rig, SubscriptionSpec.latest(selection));
            rig.settle();
            // As many bytes as the placeholder of a forgotten event: the length alone does not reveal the change.
            Cursor id = rig.publish(CHANNEL, "(xxxxxxxxx)");
            rig.settle();
            rig.forget(CHANNEL, id);
            client.drain();
            assertThat(client.text()).doesNotContain("forgotten");
            assertThat(client.sink.ended()).isFalse();
        }
    }

    @Test
    void writesAForgottenEventCompletelyIfNothingOfItWasSent() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(SubscriptionSpec.latest(selection), rig.wire, new FakeSink().accepting(0));
            rig.settle();
            Cursor id = rig.publish(CHANNEL, "secret");
            rig.settle();
            rig.forget(CHANNEL, id);
            client.drain(3);
            assertThat(client.data()).containsExactly("(forgotten)");
        }
    }

    @Test
    void cutsBeforeTheEndFrameIfTheEventCannotBeCompleted() {
        try (Rig rig = Rig.start()) {
            Client client = slow(rig, SubscriptionSpec.latest(selection));
            rig.settle();
            rig.publish(CHANNEL, "a long event that does not fit in");
            rig.settle();
            client.subscriber().end(new EndReason.Stopping());
            rig.delete(CHANNEL);
            client.drain();
            assertThat(client.sink.size()).isEqualTo(20);
            assertThat(client.sink.ended()).isFalse();
        }
    }

    @Test
    void endsASubscriberThatAsksToFail() {
        try (Rig rig = Rig.start()) {
            SubscriptionSpec subscription = new SubscriptionSpec(
                    selection,
                    SubscriptionSpec.latest(selection).types(),
                    SubscriptionSpec.latest(selection).from(),
                    false,
                    false,
                    true);
            Client client = rig.open(subscription);
            rig.settle();
            rig.publish(CHANNEL, "a");
            rig.settle();
            rig.delete(CHANNEL);
            rig.settle();
            assertThat(client.data()).containsExactly("a");
            assertThat(client.received()).last().isEqualTo(new WireOutput.AnEnd("Missing"));
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void cutsAWireThatCannotExpressIt() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(SubscriptionSpec.latest(selection), RecordingWire.eventsOnly(2), new FakeSink());
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
    void isPassedToTheTransportIfItPrecedesTheStart() {
        try (Rig rig = Rig.retainingEvents(2)) {
            Cursor first = rig.publish(CHANNEL, "a");
            for (int i = 0; i < 6; i++) rig.publish(CHANNEL, "later");
            Client client = rig.open(Rig.resume(selection, first));
            Client failing = rig.open(new SubscriptionSpec(
                    selection,
                    SubscriptionSpec.latest(selection).types(),
                    new SubscriptionSpec.From.Resume(first.text()),
                    false,
                    false,
                    true));
            rig.settle();
            assertThat(client.outcome).isEqualTo("begins");
            assertThat(client.gap).isNotNull();
            assertThat(client.gap.after()).isEqualTo(first.text());
            assertThat(client.gap.resume()).isEqualTo(client.startCursor);
            assertThat(client.data()).containsExactly("later", "later");
            assertThat(failing.outcome).isEqualTo("missing");
            assertThat(failing.sink.writes()).isZero();
        }
    }

    @Test
    void hasTheReasonEpochForACursorOfAnotherLog() {
        try (Rig rig = Rig.start()) {
            rig.publish(CHANNEL, "a");
            Client client = rig.open(
                    SubscriptionSpec.latest(selection).from(new SubscriptionSpec.From.Resume("another.log~7")));
            rig.settle();
            assertThat(client.gap.reason()).isEqualTo(GapReason.EPOCH);
            assertThat(client.gap.after()).isEqualTo("another.log~7");
            assertThat(client.data()).containsExactly("a");
        }
    }
}
