package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.stream.ClosedStream;
import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The end of all readers, spread over a time.
final class DrainScheduleTest {
    private static final Duration LEAD = Duration.ofSeconds(10);
    private static final Duration OVER = Duration.ofSeconds(50);
    private static final SubscriptionSpec TWO_CHANNELS = SubscriptionSpec.latest(Selection.of("news", "sports"));

    private final AtomicLong retryMs = new AtomicLong(1_000);

    private CompletableFuture<Integer> drain(Rig rig, Duration lead, Duration over) {
        return rig.hub.drain(lead, over, retryMs::getAndIncrement).toCompletableFuture();
    }

    @Test
    void spreadsFiveThousandEndsEvenlyAndLosesNothing() {
        try (Rig rig = Rig.start()) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                clients.add(rig.open(TWO_CHANNELS));
                if (i % 100 == 0) rig.settle();
            }
            rig.settle();
            CompletableFuture<Integer> ended = drain(rig, LEAD, OVER);
            rig.pass(Duration.ofMillis(9_750));
            assertThat(rig.ended).as("before the lead is over").isEmpty();
            int before = 0;
            for (int second = 10; second < 60; second += 5) {
                rig.publish("news", "event " + second);
                rig.pass(Duration.ofSeconds(5));
                assertThat(rig.ended.size() - before)
                        .as("ends from second %d on", second)
                        .isBetween(450, 550);
                before = rig.ended.size();
            }
            rig.pass(Duration.ofSeconds(1));
            assertThat(ended).isCompletedWithValue(5_000);
            Set<Long> hints = new HashSet<>();
            for (ClosedStream stream : rig.ended) hints.add(((EndReason.Stopping) stream.reason()).retryAfterMs());
            assertThat(hints).as("a hint for each").hasSize(5_000);
            for (Client client : clients) {
                int received = client.data().size();
                assertThat(client.data().stream().limit(received).toList())
                        .isEqualTo(List.of(
                                        "event 10",
                                        "event 15",
                                        "event 20",
                                        "event 25",
                                        "event 30",
                                        "event 35",
                                        "event 40",
                                        "event 45",
                                        "event 50",
                                        "event 55")
                                .subList(0, received));
            }
            assertThat(clients.getFirst().data().size())
                    .as("the order is random")
                    .isNotEqualTo(1);
        }
    }

    @Test
    void endsAFewInEachTaskIfAllAreDueAtOnce() {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < 1_000; i++) rig.follow("news");
            rig.settle();
            CompletableFuture<Integer> ended = drain(rig, Duration.ZERO, Duration.ZERO);
            FakeLoop loop = rig.loops.getFirst();
            int before = 0;
            while (!ended.isDone()) {
                if (!loop.runOne()) {
                    rig.jump(Duration.ofMillis(250));
                    loop.execute(rig.dispatcher()::tick);
                }
                assertThat(rig.ended.size() - before).isLessThanOrEqualTo(DrainSchedule.ENDS_MAX);
                before = rig.ended.size();
            }
            rig.settle();
            assertThat(rig.ended).hasSize(1_000);
        }
    }

    @Test
    void endsInTimeWhatALoopFindsLate() {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < 100; i++) rig.follow("news");
            rig.settle();
            CompletableFuture<Integer> ended = drain(rig, LEAD, OVER);
            rig.jump(Duration.ofSeconds(35));
            rig.pass(Duration.ofMillis(250));
            assertThat(rig.ended).as("half of the time was over").hasSizeBetween(50, 51);
            rig.pass(Duration.ofSeconds(25));
            assertThat(ended).isCompletedWithValue(100);
        }
    }

    @Test
    void endsNothingTwice() {
        try (Rig rig = Rig.start()) {
            Client leaving = rig.follow("news");
            Client staying = rig.follow("news");
            rig.settle();
            CompletableFuture<Integer> ended = drain(rig, LEAD, OVER);
            rig.pass(Duration.ofSeconds(5));
            leaving.disconnect();
            rig.pass(Duration.ofSeconds(56));
            assertThat(ended).isCompletedWithValue(2);
            assertThat(rig.ended)
                    .extracting(each -> each.reason().kind())
                    .containsExactly(EndCode.DISCONNECTED, EndCode.STOPPING);
            assertThat(staying.received())
                    .filteredOn(WireOutput.AnEnd.class::isInstance)
                    .containsExactly(new WireOutput.AnEnd("Stopping"));
        }
    }
}
