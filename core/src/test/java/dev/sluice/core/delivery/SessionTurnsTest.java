package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.log.ColdLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A session has one turn in a round, as any other connection, however many subscriptions it has.
class SessionTurnsTest {
    private static final String CHANNEL = "news";

    /// How many subscriptions with an event each have a share in one turn of their session: a turn and a read each.
    private static final int SUBSCRIPTIONS_A_TURN = Session.STEPS_MAX / 2;

    private static Session session(Rig rig, FakeSink sink, int subscriptions, Subscription asked) {
        Session session = new Session(rig.dispatcher(), new SessionPropertyTest.Voice(), _ -> sink, 60_000);
        for (int i = 0; i < subscriptions; i++) {
            SessionPropertyTest.Named wire = new SessionPropertyTest.Named(rig.wire, "s" + i);
            session.subscribe("s" + i, asked, wire, wire);
        }
        rig.settle();
        return session;
    }

    private static List<String> data(FakeSink sink) {
        List<String> data = new ArrayList<>();
        for (Said said : Said.parse(sink.bytes()).whole())
            if (said instanceof Said.AnEvent event) data.add(event.data());
        return data;
    }

    @Test
    void servesABystanderAfterOneTurnOfASessionHoweverManySubscriptionsThatHas() {
        try (Rig rig = Rig.start()) {
            int subscriptions = 500;
            FakeSink sink = new FakeSink();
            session(rig, sink, subscriptions, Subscription.latest(Selection.of(CHANNEL)));
            Client bystander = rig.follow(CHANNEL);
            rig.settle();
            for (int i = 1; i <= 10; i++) {
                int writes = sink.writes();
                rig.publish(CHANNEL, "event " + i);
                rig.settleFor(1); // The rest of what the session has to write waits for further rounds.
                assertThat(bystander.data()).hasSize(i);
                assertThat(sink.writes() - writes).isLessThanOrEqualTo(SUBSCRIPTIONS_A_TURN);
            }
            rig.settle();
            assertThat(data(sink)).hasSize(10 * subscriptions);
        }
    }

    @Test
    void endsATurnAfterABoundedNumberOfReadsAndBytes() {
        try (Rig rig = Rig.with(log -> log.lookMax(10))) {
            for (int i = 0; i < 1_000; i++) rig.publish("history", "x".repeat(1_000));
            FakeSink sink = new FakeSink();
            Session session = new Session(rig.dispatcher(), new SessionPropertyTest.Voice(), _ -> sink, 60_000);
            for (int i = 0; i < 20; i++) {
                SessionPropertyTest.Named wire = new SessionPropertyTest.Named(rig.wire, "s" + i);
                Selection selection = Selection.of(i % 2 == 0 ? "history" : "none/*");
                session.subscribe("s" + i, Rig.earliest(selection), wire, wire);
            }
            Client bystander = rig.follow(CHANNEL);
            rig.settleFor(2);
            for (int i = 1; i <= 20; i++) {
                int size = sink.size();
                rig.publish(CHANNEL, "event " + i);
                rig.settleFor(1);
                assertThat(bystander.data()).hasSize(i);
                assertThat(sink.size() - size).isLessThanOrEqualTo(2 * Run.BYTES);
            }
            rig.settle();
            assertThat(data(sink)).hasSize(10 * 1_000);
        }
    }

    @Test
    void servesItsSubscriptionsOneAfterTheOther() {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < 500; i++) rig.publish("history", "x".repeat(1_000));
            FakeSink sink = new FakeSink();
            Session session = session(rig, sink, 0, Subscription.latest(Selection.of(CHANNEL)));
            for (int i = 0; i < 10; i++) {
                SessionPropertyTest.Named wire = new SessionPropertyTest.Named(rig.wire, "s" + i);
                session.subscribe("s" + i, Rig.earliest(Selection.of("history")), wire, wire);
            }
            SessionPropertyTest.Named wire = new SessionPropertyTest.Named(rig.wire, "live");
            session.subscribe("live", Subscription.latest(Selection.of(CHANNEL)), wire, wire);
            rig.settleFor(1);
            rig.publish(CHANNEL, "now");
            rig.settleFor(12);
            assertThat(data(sink)).contains("now").hasSizeLessThan(2_000);
            rig.settle();
            assertThat(data(sink)).hasSize(10 * 500 + 1);
        }
    }

    @Test
    void goesOnWithoutASubscriptionThatFails() {
        try (Rig rig = Rig.start()) {
            FakeSink sink = new FakeSink();
            Session session = session(rig, sink, 2, Subscription.latest(Selection.of(CHANNEL)));
            SessionPropertyTest.Named wire =
                    new SessionPropertyTest.Named(new DispatcherTest.Poisoned(new RecordingWire(77)), "failing");
            session.subscribe("failing", Subscription.latest(Selection.of(CHANNEL)), wire, wire);
            rig.settle();
            rig.publish(CHANNEL, "poison");
            assertThatThrownBy(rig::settle).hasMessage("no words");
            rig.settle();
            rig.publish(CHANNEL, "on");
            rig.settle();
            assertThat(data(sink)).containsExactlyInAnyOrder("poison", "poison", "on", "on");
            assertThat(Said.parse(sink.bytes()).whole()).contains(new Said.Words("unavailable-failing"));
        }
    }

    @Test
    void takesNoTurnsWhileTheRestOfAMessageIsReadFromDisk() {
        try (Rig rig = Rig.behind(ColdLog::new)) {
            FakeSink sink = new FakeSink();
            Session session = session(rig, sink, 1, Subscription.latest(Selection.of(CHANNEL)));
            sink.taking(700);
            String large = "x".repeat(1_000);
            rig.publish(CHANNEL, large);
            rig.settle();
            ColdLog log = (ColdLog) rig.log;
            log.coolBefore(rig.log.head());
            sink.takingAll();
            session.writable();
            session.say(RecordingWire.words("own"));
            rig.settle(); // It comes to rest, and says nothing in the midst of a message.
            assertThat(log.pending()).isEqualTo(1);
            assertThat(data(sink)).isEmpty();
            log.answer();
            rig.settle();
            assertThat(data(sink)).containsExactly(large);
            assertThat(Said.parse(sink.bytes()).whole()).endsWith(new Said.Words("own"));
        }
    }
}
