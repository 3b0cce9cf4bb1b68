package dev.sluice.core.delivery.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Client;
import dev.sluice.core.delivery.FakeSink;
import dev.sluice.core.delivery.Poll;
import dev.sluice.core.delivery.Rig;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.stream.StreamKind;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.log.ColdLog;
import dev.sluice.core.log.Lag;
import dev.sluice.core.log.LogStatus;
import dev.sluice.core.metrics.Distribution;
import dev.sluice.core.metrics.LoopCount;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The counts of a hub's event loops.
class HubMetricsTest {
    private static final String CHANNEL = "news";
    private final Selection selection = Selection.of(CHANNEL);

    private static long count(Rig rig, LoopCount what) {
        return rig.hub.metrics().counts().get(what);
    }

    @Test
    void countsDeliveriesOfAllLoops() {
        try (Rig rig = Rig.with(_ -> {}, HubSettings.DEFAULT, 2)) {
            for (int reader = 0; reader < 6; reader++) {
                rig.open(reader % 2, SubscriptionSpec.latest(selection), rig.wire, new FakeSink());
            }
            rig.settle();
            for (int i = 0; i < 3; i++) rig.publish(CHANNEL, "event " + i);
            rig.settle();
            assertThat(count(rig, LoopCount.EVENTS_DELIVERED)).isEqualTo(18);
            assertThat(count(rig, LoopCount.BATCHES)).isEqualTo(6);
            assertThat(count(rig, LoopCount.ENCODES))
                    .isEqualTo(rig.wire.encodings().get());
            assertThat(count(rig, LoopCount.TURNS)).isGreaterThanOrEqualTo(6);
            assertThat(count(rig, LoopCount.READS)).isGreaterThanOrEqualTo(count(rig, LoopCount.READ_CACHE_MISSES));
            assertThat(count(rig, LoopCount.PAUSES)).isZero();
        }
    }

    @Test
    void countsAnEventOnceHoweverManyWritesItTakes() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(SubscriptionSpec.latest(selection), rig.wire, new FakeSink().accepting(7));
            rig.settle();
            rig.publish(CHANNEL, "taken in many writes");
            rig.publish(CHANNEL, "and another");
            rig.settle();
            assertThat(count(rig, LoopCount.EVENTS_DELIVERED)).isZero();
            client.drain(7);
            assertThat(count(rig, LoopCount.EVENTS_DELIVERED)).isEqualTo(2);
            assertThat(count(rig, LoopCount.BYTES_DELIVERED)).isEqualTo(client.sink.size());
            assertThat(count(rig, LoopCount.PAUSES)).isGreaterThan(2);
        }
    }

    @Test
    void countsAnswersOfPolls() {
        try (Rig rig = Rig.start()) {
            rig.publish(CHANNEL, "four");
            rig.publish(CHANNEL, "five5");
            Poll.start(
                    rig.dispatcher(),
                    Grant.EVERYTHING,
                    Rig.earliest(selection),
                    10,
                    1 << 20,
                    0,
                    null,
                    _ -> true,
                    _ -> {});
            rig.publish(CHANNEL, "later");
            rig.settle();
            rig.pass(Duration.ofSeconds(1));
            assertThat(count(rig, LoopCount.EVENTS_DELIVERED)).isEqualTo(2);
            assertThat(count(rig, LoopCount.BYTES_DELIVERED)).isEqualTo(9);
            assertThat(count(rig, LoopCount.BATCHES)).isEqualTo(1);
        }
    }

    @Test
    void countsGapsAndColdReads() {
        try (Rig rig = Rig.wrapping(ColdLog::new)) {
            Cursor first = rig.publish(CHANNEL, "a");
            rig.delete(CHANNEL);
            rig.open(Rig.resume(selection, new Cursor(first.epoch(), 0)));
            rig.settle();
            assertThat(count(rig, LoopCount.GAPS)).isEqualTo(1);
            rig.follow(CHANNEL);
            rig.settle();
            ((ColdLog) rig.log).coolBefore(rig.publish(CHANNEL, "b"));
            rig.settle();
            assertThat(count(rig, LoopCount.COLD_READS))
                    .as("two readers at one place share a read")
                    .isEqualTo(1);
        }
    }

    @Test
    void reportsReadersBehindAndTheGreatestLag() {
        try (Rig rig = Rig.start()) {
            rig.open(SubscriptionSpec.latest(selection), rig.wire, new FakeSink().accepting(0));
            rig.follow(CHANNEL);
            rig.settle();
            for (int i = 0; i < 3; i++) rig.publish(CHANNEL, "12345");
            rig.settle();
            rig.hub.maintain();
            rig.settle();
            assertThat(rig.hub.metrics().readersBehind()).isEqualTo(1);
            assertThat(rig.hub.metrics().furthest()).isEqualTo(new Lag(3, 15));
        }
    }

    @Test
    void countsTheLatencyOfTheFirstEventOfEachWriteInMilliseconds() {
        try (Rig rig = Rig.start()) {
            rig.publish("old", "older than its reader");
            rig.pass(Duration.ofSeconds(1));
            rig.open(Rig.earliest(Selection.of("old")), rig.wire, new FakeSink());
            Client slow = rig.open(SubscriptionSpec.latest(selection), rig.wire, new FakeSink().accepting(0));
            rig.settle();
            rig.publish(CHANNEL, "a");
            rig.publish(CHANNEL, "b");
            rig.settle();
            rig.pass(Duration.ofMillis(40));
            slow.drain(1 << 20);
            rig.settle();
            rig.publish(CHANNEL, "c");
            rig.settle();
            slow.drain(1 << 20);
            rig.settle();
            Distribution latency = rig.hub.metrics().latency();
            assertThat(latency.count()).as("not of the event before it").isEqualTo(2);
            assertThat(latency.sum()).isEqualTo(40);
        }
    }

    @Test
    void reportsForHowLongAReaderHasBeenBehind() {
        try (Rig rig = Rig.start()) {
            Client slow = rig.open(SubscriptionSpec.latest(selection), rig.wire, new FakeSink().accepting(0));
            rig.settle();
            rig.publish(CHANNEL, "1");
            rig.settle();
            rig.pass(Duration.ofSeconds(5));
            rig.hub.maintain();
            rig.settle();
            assertThat(rig.hub.metrics().longestMs()).isEqualTo(5_000);
            slow.drain(1 << 20);
            rig.hub.maintain();
            rig.settle();
            assertThat(rig.hub.metrics().longestMs()).isZero();
        }
    }

    @Test
    void countsOpenStreamsByKindAndTransport() {
        try (Rig rig = Rig.start()) {
            Client first = rig.open(SubscriptionSpec.latest(selection), rig.wire, new FakeSink());
            rig.open(SubscriptionSpec.latest(selection), rig.wire, new FakeSink());
            Poll.start(
                    rig.dispatcher(),
                    Grant.EVERYTHING,
                    SubscriptionSpec.latest(selection),
                    1,
                    1,
                    1_000,
                    null,
                    _ -> true,
                    _ -> {});
            rig.settle();
            first.disconnect();
            rig.publish(CHANNEL, "answers the poll");
            rig.settle();
            assertThat(rig.hub.metrics().streams())
                    .containsExactlyInAnyOrder(
                            new StreamCount(StreamKind.SUBSCRIBER, rig.wire.transport(), 2, 1),
                            new StreamCount(StreamKind.POLL, "poll", 1, 0));
        }
    }

    @Test
    void reportsTheSizeAndAgeOfTheLog() {
        try (Rig rig = Rig.start()) {
            long startMs = rig.nowMs();
            rig.publish(CHANNEL, "12345");
            rig.pass(Duration.ofSeconds(3));
            rig.publish("other", "678");
            rig.hub.maintain();
            LogStatus log = rig.hub.metrics().log();
            assertThat(log.entries()).isEqualTo(2);
            assertThat(log.dataBytes()).isEqualTo(8);
            assertThat(log.channels()).isEqualTo(2);
            assertThat(log.oldestMs()).isEqualTo(startMs);
        }
    }
}
