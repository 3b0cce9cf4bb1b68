package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.ColdLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A log that has what is old elsewhere: readers wait for it without holding up anybody.
class ElsewhereTest {
    private static final String CHANNEL = "news";
    private final Selection selection = Selection.of(CHANNEL);

    private static Rig cold() {
        return Rig.behind(ColdLog::new, HubSettings.DEFAULT);
    }

    private static ColdLog log(Rig rig) {
        return (ColdLog) rig.log;
    }

    /// Everything that is there now is cold.
    private List<String> history(Rig rig, int events) {
        List<String> history = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            history.add("event " + i);
            rig.publish(CHANNEL, history.getLast());
        }
        log(rig).coolBefore(rig.log.head());
        return history;
    }

    private static void answerAll(Rig rig) {
        do rig.settle();
        while (log(rig).answer());
    }

    @Test
    void meetsTheTailWithoutASeam() {
        try (Rig rig = cold()) {
            List<String> expected = history(rig, 2_000);
            Client client = rig.open(Rig.earliest(selection));
            rig.settle();
            assertThat(client.opened)
                    .describedAs("before the first read has come")
                    .isNull();
            for (int i = 0; i < 30; i++) {
                expected.add("live " + i);
                rig.publish(CHANNEL, expected.getLast());
                rig.settle();
                log(rig).answer();
            }
            answerAll(rig);
            assertThat(client.data()).isEqualTo(expected);
            assertThat(client.subscriber().cursor()).isEqualTo(rig.log.head());
        }
    }

    @Test
    void goesOnWhereTheSinkTookLessThanWasHoped() {
        try (Rig rig = cold()) {
            List<String> expected = history(rig, 600);
            Client client = rig.open(Rig.earliest(selection), rig.wire, new FakeSink().taking(777));
            for (int i = 0; i < 2_000 && client.sink.ended() == null; i++) {
                rig.settle();
                if (client.opened != null) client.subscriber().writable();
                if (i % 3 > 0) log(rig).answer(); // Late, and often for a place that is no longer current.
            }
            client.sink.takingAll();
            client.subscriber().writable();
            answerAll(rig);
            assertThat(client.data()).isEqualTo(expected);
        }
    }

    @Test
    void holdsUpNobodyElse() {
        try (Rig rig = cold()) {
            history(rig, 10);
            rig.open(Rig.earliest(selection));
            Client live = rig.follow(CHANNEL);
            rig.settle();
            rig.publish(CHANNEL, "live");
            rig.settle();
            assertThat(live.data()).containsExactly("live");
            assertThat(log(rig).pending()).isEqualTo(1);
        }
    }

    @Test
    void doesNotTakeAnOldHeadForTheHead() {
        try (Rig rig = cold()) {
            Subscription latest = Subscription.latest(selection);
            Client client = rig.open(new Subscription(selection, Set.of("tick"), latest.from(), false, false, false));
            rig.settle();
            rig.publish(CHANNEL, "no tick");
            log(rig).coolBefore(rig.log.head());
            rig.settle();
            log(rig).answer(); // Nothing for this reader up to the head. Before it hears of that, there is more.
            rig.publish(CHANNEL, "tick", null, "a");
            answerAll(rig);
            assertThat(client.data()).containsExactly("a");
        }
    }

    @Test
    void endsTheStreamWhereItFails() {
        try (Rig rig = cold()) {
            history(rig, 600);
            Client client = rig.open(Rig.earliest(selection));
            rig.settle();
            log(rig).answer();
            rig.settle();
            log(rig).fail(new IllegalStateException("disk"));
            rig.settle();
            assertThat(client.said()).last().isEqualTo(new Said.AnEnd("Unavailable"));
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void cutsTheStreamWhereItFailsInTheMiddleOfAnEvent() {
        try (Rig rig = cold()) {
            history(rig, 600);
            Client client = rig.open(Rig.earliest(selection), rig.wire, new FakeSink().taking(5));
            rig.settle();
            while (client.sink.size() == 0) {
                log(rig).answer();
                rig.settle();
            }
            while (log(rig).answer()) rig.settle();
            client.subscriber().writable();
            rig.settle();
            log(rig).fail(new IllegalStateException("disk"));
            rig.settle();
            assertThat(client.sink.size()).isEqualTo(5);
            assertThat(client.sink.ended()).isFalse();
        }
    }

    @Test
    void refusesWhoBeginsWhereItFails() {
        try (Rig rig = cold()) {
            history(rig, 10);
            Client client = rig.open(Rig.earliest(selection));
            rig.settle();
            log(rig).fail(new IllegalStateException("disk"));
            rig.settle();
            assertThat(client.opened).isEqualTo("unavailable");
        }
    }

    @Test
    void passesOverWhoHasLeft() {
        try (Rig rig = cold()) {
            history(rig, 600);
            Client early = rig.open(Rig.earliest(selection));
            Client later = rig.open(Rig.earliest(selection));
            rig.settle();
            early.subscriber().close();
            log(rig).answer();
            log(rig).answer();
            rig.settle();
            later.subscriber().close();
            int writes = later.sink.writes();
            answerAll(rig);
            assertThat(early.opened).isNull();
            assertThat(later.sink.writes()).isEqualTo(writes);
        }
    }

    @Test
    void arrivesWhileTheLastWordsAreWaiting() {
        try (Rig rig = cold()) {
            history(rig, 600);
            Client client = rig.open(Rig.earliest(selection), rig.wire, new FakeSink().taking(5));
            rig.settle();
            while (client.sink.size() == 0) {
                log(rig).answer();
                rig.settle();
            }
            client.subscriber().end(new Ending.Stopping());
            client.sink.takingAll();
            client.subscriber().writable();
            answerAll(rig);
            assertThat(client.data()).containsExactly("event 0");
            assertThat(client.said()).last().isEqualTo(new Said.AnEnd("Stopping"));
            assertThat(client.sink.ended()).isTrue();
        }
    }

    @Test
    void answersAPollThatWaitedMeanwhileForMore() {
        try (Rig rig = cold()) {
            Cursor begin = rig.publish("other", "x");
            log(rig).coolBefore(rig.publish("other", "y"));
            List<Poll.Result> results = new ArrayList<>();
            Poll.ask(rig.dispatcher(), Rig.resume(selection, begin), 10, 1 << 20, 10_000, null, results::add);
            rig.settle();
            while (log(rig).answer()) {
                rig.publish(CHANNEL, "came while it was looked for");
                rig.settle();
                if (!results.isEmpty()) break;
            }
            assertThat(results)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Poll.Result.Found.class,
                            found -> assertThat(found.events()).isNotEmpty());
        }
    }
}
