package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.delivery.stream.WriteBatch;
import dev.sluice.core.log.ColdLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A session has one turn per round, like any other connection, however many subscriptions it has.
class SessionTurnsTest {
    private static final String CHANNEL = "news";
    private static final SubscriptionSpec LATEST = SubscriptionSpec.latest(Selection.of(CHANNEL));

    /// Subscriptions with one event each that fit into one turn of their session: a turn and a read each.
    private static final int SUBSCRIPTIONS_PER_TURN = Session.STEPS_MAX / 2;

    private static Session session(Rig rig, FakeSink sink, int subscriptions) {
        Session session = new Session(
                rig.dispatcher(),
                Grant.EVERYTHING,
                new SessionPropertyTest.TestCallbacks(),
                _ -> sink,
                60_000,
                Session.AGELESS);
        for (int i = 0; i < subscriptions; i++) subscribe(session, rig.wire, "s" + i, LATEST);
        rig.settle();
        return session;
    }

    private static void subscribe(Session session, Wire events, String name, SubscriptionSpec subscription) {
        SessionPropertyTest.NamedWire wire = new SessionPropertyTest.NamedWire(events, name);
        session.subscribe(Grant.EVERYTHING, name, subscription, wire, wire);
    }

    private static List<String> data(FakeSink sink) {
        List<String> data = new ArrayList<>();
        for (WireOutput output : WireOutput.parse(sink.bytes()).complete())
            if (output instanceof WireOutput.AnEvent event) data.add(event.data());
        return data;
    }

    @Test
    void servesOthersAfterOneTurnHoweverManySubscriptionsItHas() {
        try (Rig rig = Rig.start()) {
            int subscriptions = 500;
            FakeSink sink = new FakeSink();
            session(rig, sink, subscriptions);
            Client bystander = rig.follow(CHANNEL);
            rig.settle();
            for (int i = 1; i <= 10; i++) {
                int writes = sink.writes();
                rig.publish(CHANNEL, "event " + i);
                rig.runTasks(1); // The other subscriptions of the session wait for later rounds.
                assertThat(bystander.data()).hasSize(i);
                assertThat(sink.writes() - writes).isLessThanOrEqualTo(SUBSCRIPTIONS_PER_TURN);
            }
            rig.settle();
            assertThat(data(sink)).hasSize(10 * subscriptions);
        }
    }

    @Test
    void endsATurnAfterABoundedNumberOfReadsAndBytes() {
        try (Rig rig = Rig.with(log -> log.limits(limits -> limits.lookMax(10)))) {
            for (int i = 0; i < 1_000; i++) rig.publish("history", "x".repeat(1_000));
            FakeSink sink = new FakeSink();
            Session session = session(rig, sink, 0);
            for (int i = 0; i < 20; i++)
                subscribe(session, rig.wire, "s" + i, Rig.earliest(Selection.of(i % 2 == 0 ? "history" : "none/*")));
            Client bystander = rig.follow(CHANNEL);
            rig.runTasks(2);
            assertThat(sink.size()).isLessThanOrEqualTo(2 * 2 * WriteBatch.BYTES);
            for (int i = 1; i <= 20; i++) {
                int size = sink.size();
                rig.publish(CHANNEL, "event " + i);
                rig.runTasks(1);
                assertThat(bystander.data()).hasSize(i);
                assertThat(sink.size() - size).isLessThanOrEqualTo(2 * WriteBatch.BYTES);
            }
            assertThat(data(sink)).as("there was more in each turn").hasSizeLessThan(10 * 1_000);
            rig.settle();
            assertThat(data(sink)).hasSize(10 * 1_000);
        }
    }

    @Test
    void servesItsSubscriptionsInTurn() {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < 500; i++) rig.publish("history", "x".repeat(1_000));
            FakeSink sink = new FakeSink();
            Session session = session(rig, sink, 0);
            for (int i = 0; i < 10; i++) subscribe(session, rig.wire, "s" + i, Rig.earliest(Selection.of("history")));
            subscribe(session, rig.wire, "live", LATEST);
            rig.runTasks(1);
            rig.publish(CHANNEL, "now");
            rig.runTasks(12);
            assertThat(data(sink)).contains("now").hasSizeLessThan(2_000);
            rig.settle();
            assertThat(data(sink)).hasSize(10 * 500 + 1);
        }
    }

    @Test
    void survivesASubscriptionThatFails() {
        try (Rig rig = Rig.start()) {
            FakeSink sink = new FakeSink();
            Session session = session(rig, sink, 2);
            subscribe(session, new DispatcherTest.PoisonedWire(new RecordingWire(77)), "failing", LATEST);
            rig.settle();
            rig.publish(CHANNEL, "poison");
            assertThatThrownBy(rig::settle).hasMessage("poison");
            rig.settle();
            rig.publish(CHANNEL, "on");
            rig.settle();
            assertThat(data(sink)).containsExactlyInAnyOrder("poison", "poison", "on", "on");
            assertThat(WireOutput.parse(sink.bytes()).complete())
                    .contains(new WireOutput.Control("unavailable-failing"));
        }
    }

    /// Writes as often as the sink becomes writable.
    private static void write(Rig rig, Session session, int times) {
        for (int i = 0; i < times; i++) {
            session.writable();
            rig.settle();
        }
    }

    @Test
    void completesAPartlySentMessageBeforeItsLastFrameWhenTheServerStops() {
        try (Rig rig = Rig.start()) {
            FakeSink sink = new FakeSink();
            Session session = session(rig, sink, 1);
            sink.accepting(40);
            String text = "x".repeat(100);
            rig.publish(CHANNEL, text);
            rig.settle();
            session.end(new EndReason.Stopping(), RecordingWire.control("stopping"));
            rig.dispatcher().stop();
            write(rig, session, 10);
            assertThat(data(sink)).containsExactly(text);
            assertThat(WireOutput.parse(sink.bytes()).complete()).endsWith(new WireOutput.Control("stopping"));
            assertThat(sink.ended()).isTrue();
        }
    }

    @Test
    void startsNoFurtherMessageOnceItsEndIsDecided() {
        try (Rig rig = Rig.start()) {
            FakeSink sink = new FakeSink();
            Session session = session(rig, sink, 1);
            sink.accepting(200); // A message has some 135 bytes, so nearly all writes end inside one.
            for (int i = 0; i < 100; i++) rig.publish(CHANNEL, "x".repeat(100));
            rig.settle();
            assertThat(data(sink)).hasSize(1);
            session.end(new EndReason.Stopping(), RecordingWire.control("last"));
            write(rig, session, 10);
            assertThat(data(sink)).hasSize(2);
            assertThat(WireOutput.parse(sink.bytes()).complete()).endsWith(new WireOutput.Control("last"));
            assertThat(sink.ended()).isTrue();
        }
    }

    @Test
    void answersAnUnsubscribeAfterTheEndThatWasDecidedBefore() {
        try (Rig rig = Rig.start()) {
            FakeSink sink = new FakeSink();
            Session session = session(rig, sink, 1);
            sink.accepting(0);
            rig.endChannel(CHANNEL);
            rig.settle();
            assertThat(session.unsubscribe("s0")).isTrue();
            assertThat(session.unsubscribe("s0")).isFalse();
            sink.acceptingAll();
            write(rig, session, 1);
            WireOutput end = new WireOutput.Control("over-s0");
            assertThat(WireOutput.parse(sink.bytes()).complete()).hasSize(4).endsWith(end, end);
            assertThat(session.subscriptions()).isZero();
        }
    }

    @Test
    void needsNoTurnsWhileTheRestOfAMessageIsReadFromDisk() {
        try (Rig rig = Rig.wrapping(ColdLog::new)) {
            FakeSink sink = new FakeSink();
            Session session = session(rig, sink, 1);
            sink.accepting(700);
            String large = "x".repeat(1_000);
            rig.publish(CHANNEL, large);
            rig.settle();
            ColdLog log = (ColdLog) rig.log;
            log.coolBefore(rig.log.head());
            sink.acceptingAll();
            session.writable();
            session.enqueue(RecordingWire.control("own"));
            rig.settle(); // Becomes idle, and writes nothing inside a message.
            assertThat(log.pending()).isEqualTo(1);
            assertThat(data(sink)).isEmpty();
            log.answer();
            rig.settle();
            assertThat(data(sink)).containsExactly(large);
            assertThat(WireOutput.parse(sink.bytes()).complete()).endsWith(new WireOutput.Control("own"));
        }
    }
}
