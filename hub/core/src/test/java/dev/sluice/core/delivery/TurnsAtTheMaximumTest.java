package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The work done for one client between two turns of another, counted in steps, while that client uses all the
/// subscriptions, names or readers it may have:
///
/// - A session costs at most [Session#STEPS_MAX] steps and one turn of a subscriber, whatever it subscribes to.
/// - A poll, or a reader with its own connection, costs one turn.
/// - The fan-out costs a step for each reader and set of readers that is notified, and for each node of the trie
///   of patterns that matches a prefix of the name: other patterns cost nothing. No task of the event loop takes
///   more than [Dispatcher#FAN_OUT_STEPS_MAX] of these steps.
class TurnsAtTheMaximumTest {
    private static final String CHANNEL = "bystander";

    /// One turn of a subscriber, with its reads: the most by which a session exceeds its steps.
    private static final int ONE_TURN = 1 + 8;

    /// Defaults of `subscribe.session_subscriptions_max` and `subscribe.session_patterns_max`.
    private static final int SESSION_SUBSCRIPTIONS = 256;

    private static final int SESSION_NAMES = 1_024;
    private static final int SESSIONS = 12;
    private static final int NAMES = 64;

    /// The cost of delivering one event to the bystander.
    ///
    /// @param tasks of the event loop
    /// @param steps of all their turns
    private record Cost(int tasks, int steps) {}

    private static Session session(Rig rig) {
        return new Session(
                rig.dispatcher(),
                Grant.EVERYTHING,
                new SessionPropertyTest.TestCallbacks(),
                _ -> new FakeSink(),
                60_000,
                Session.AGELESS);
    }

    private static void subscribe(Rig rig, Session session, String name, Selection selection) {
        SessionPropertyTest.NamedWire wire = new SessionPropertyTest.NamedWire(rig.wire, name);
        session.subscribe(Grant.EVERYTHING, name, SubscriptionSpec.latest(selection), wire, wire);
    }

    private static Cost costToServe(Rig rig, Client bystander, int events) {
        rig.publish(CHANNEL, "event " + events);
        int tasks = 0;
        int steps = 0;
        while (bystander.data().size() < events) {
            if (!rig.loops.getFirst().runOne()) throw new AssertionError("the bystander is not served");
            tasks++;
            steps += rig.dispatcher().steps();
        }
        return new Cost(tasks, steps);
    }

    @Test
    void sessionsWithTheMaximumOfSubscriptionsCostAFewStepsEach() {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < SESSIONS; i++) {
                Session session = session(rig);
                for (int j = 0; j < SESSION_SUBSCRIPTIONS; j++) subscribe(rig, session, "s" + j, Selection.of(CHANNEL));
            }
            Client bystander = rig.follow(CHANNEL);
            rig.settle();
            for (int i = 1; i <= 20; i++) {
                Cost cost = costToServe(rig, bystander, i);
                assertThat(cost.steps).isLessThanOrEqualTo((SESSIONS + 1) * (Session.STEPS_MAX + ONE_TURN));
            }
            rig.settle();
        }
    }

    @Test
    void readersWithTheirOwnConnectionCostATurnEach() {
        try (Rig rig = Rig.start()) {
            int readers = 1_000;
            for (int i = 0; i < readers; i++) rig.follow(CHANNEL);
            Client bystander = rig.follow(CHANNEL);
            rig.settle();
            for (int i = 1; i <= 5; i++) {
                Cost cost = costToServe(rig, bystander, i);
                assertThat(cost.steps).isLessThanOrEqualTo((readers + 1) * (1 + ONE_TURN));
            }
        }
    }

    @Test
    void patternsThatDoNotMatchCostNothing() {
        try (Rig rig = Rig.start()) {
            patterns(rig, number -> number % 2 == 0 ? "*/a" + number : "b" + number + "/**");
            Client bystander = rig.follow(CHANNEL);
            rig.settle();
            for (int i = 1; i <= 20; i++) {
                Cost cost = costToServe(rig, bystander, i);
                assertThat(cost.tasks).isEqualTo(1);
                assertThat(cost.steps).isLessThanOrEqualTo(ONE_TURN);
            }
        }
    }

    /// Patterns that differ in their first segments and match a name up to its last segment, so that a search
    /// visits all of them.
    @Test
    void patternsThatMatchUpToTheLastSegmentAreSearchedInSlices() {
        try (Rig rig = Rig.start()) {
            int segments = 128;
            patterns(rig, number -> {
                StringBuilder pattern = new StringBuilder();
                for (int i = 0; i < 14; i++) pattern.append((number >> i & 1) == 0 ? "a/" : "*/");
                return pattern.append("a/".repeat(segments - 15)).append("b").toString();
            });
            Client bystander = rig.follow(CHANNEL);
            rig.settle();
            int steps = SESSIONS * SESSION_NAMES * segments;
            rig.publish("a/".repeat(segments - 1) + "a", "x");
            Cost cost = costToServe(rig, bystander, 1);
            assertThat(cost.tasks).isBetween(2, steps / Dispatcher.FAN_OUT_STEPS_MAX + 2);
            assertThat(cost.steps).isLessThanOrEqualTo(ONE_TURN);
        }
    }

    /// Subscribes to as many patterns as some sessions may name, in subscriptions with the most patterns.
    private static void patterns(Rig rig, IntFunction<String> pattern) {
        for (int i = 0; i < SESSIONS; i++) {
            Session session = session(rig);
            for (int j = 0; j < SESSION_NAMES / NAMES; j++) {
                int first = i * SESSION_NAMES + j * NAMES;
                String[] names =
                        IntStream.range(first, first + NAMES).mapToObj(pattern).toArray(String[]::new);
                subscribe(rig, session, "s" + j, Selection.of(names));
            }
        }
        rig.settle();
    }
}
