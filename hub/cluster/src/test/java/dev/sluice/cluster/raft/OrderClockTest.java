package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class OrderClockTest {
    private static final long START_MS = 1_000_000_000_000L;
    private static final long HOUR_MS = Duration.ofHours(1).toMillis();
    private static final long MINUTE_MS = Duration.ofMinutes(1).toMillis();

    private long wallMs = START_MS;
    private long elapsedMs = 77;
    private long offsetMs;
    private OrderClock clock = started();

    /// The clock of a process that has just started.
    private OrderClock started() {
        return new OrderClock(
                () -> Instant.ofEpochMilli(wallMs),
                () -> Duration.ofMillis(elapsedMs).toNanos(),
                new OrderClock.Offset() {
                    @Override
                    public long read() {
                        return offsetMs;
                    }

                    @Override
                    public void write(long ms) {
                        offsetMs = ms;
                    }
                });
    }

    private void pass(long ms) {
        wallMs += ms;
        elapsedMs += ms;
    }

    /// The stamps of a leader that stamps ten times a second.
    private long stampAfter(long ms) {
        for (long passed = 0; passed < ms; passed += 100) {
            pass(100);
            clock.millis();
        }
        return clock.millis();
    }

    @Test
    void aFirstLeaderHasTheMachinesTime() {
        assertThat(clock.millis()).isEqualTo(START_MS);
        assertThat(stampAfter(MINUTE_MS)).isEqualTo(START_MS + MINUTE_MS);
    }

    @Test
    void aLeaderWhoseClockIsAheadDoesNotJump() {
        clock.placed(START_MS - HOUR_MS, true);
        assertThat(clock.millis()).isEqualTo(START_MS - HOUR_MS);
        assertThat(stampAfter(4 * MINUTE_MS)).isEqualTo(START_MS - HOUR_MS + 5 * MINUTE_MS);
        assertThat(stampAfter(4 * HOUR_MS)).isEqualTo(wallMs);
    }

    @Test
    void aLeaderWhoseClockIsBehindDoesNotStandStill() {
        clock.placed(START_MS + HOUR_MS, true);
        assertThat(clock.millis()).isEqualTo(START_MS + HOUR_MS);
        assertThat(stampAfter(4 * MINUTE_MS)).isEqualTo(START_MS + HOUR_MS + 2 * MINUTE_MS);
        assertThat(stampAfter(2 * HOUR_MS)).isEqualTo(wallMs);
    }

    @Test
    void timeGoesOnBetweenTheLastStampOfALeaderAndTheFirstOfTheNext() {
        clock.placed(START_MS - HOUR_MS, true);
        pass(8_000);
        assertThat(clock.millis()).isEqualTo(START_MS - HOUR_MS + 10_000);
    }

    @Test
    void clocksWithinTheToleranceApplyAtOnce() {
        clock.placed(START_MS - OrderClock.TOLERANCE_MS, true);
        assertThat(clock.millis()).isEqualTo(START_MS);
    }

    @Test
    void timePassesWhileAllNodesAreDown() {
        clock.placed(START_MS - HOUR_MS, false);
        assertThat(clock.millis()).isEqualTo(START_MS);
    }

    @Test
    void timeDoesNotGoBackAfterAllNodesWereDown() {
        clock.placed(START_MS + HOUR_MS, false);
        assertThat(clock.millis()).isEqualTo(START_MS + HOUR_MS);
        assertThat(stampAfter(MINUTE_MS)).isEqualTo(START_MS + HOUR_MS + MINUTE_MS / 2);
    }

    @Test
    void aLeaderDoesNotStampBeforeWhatItAppliedUntilItWasReady() {
        clock.placed(START_MS - HOUR_MS, true);
        clock.placed(START_MS - MINUTE_MS, false);
        assertThat(clock.millis()).isEqualTo(START_MS - MINUTE_MS);
    }

    @Test
    void entriesAreNewIfTheLeaderHadNotCommittedThemAMomentAgo() {
        clock.heard(5);
        assertThat(clock.isNew(6)).isFalse();
        pass(1_000);
        clock.heard(8);
        assertThat(clock.isNew(5)).isFalse();
        assertThat(clock.isNew(6)).isTrue();
        pass(HOUR_MS); // Cut off.
        assertThat(clock.isNew(9)).isFalse();
        clock.heard(1_000);
        assertThat(clock.isNew(1_000)).isFalse();
        pass(1_000);
        clock.heard(1_001);
        assertThat(clock.isNew(1_000)).isFalse();
        assertThat(clock.isNew(1_001)).isTrue();
    }

    /// Among real nodes, as only their orders hear the leader, and know its term.
    @Test
    @Timeout(120)
    void aFollowerKeepsTheDifferenceToTheLeadersClock(@TempDir Path folder) throws Exception {
        Order.Listener ignored = new Order.Listener() {
            @Override
            public void placed(Order.Position at, long stampMs, byte[] proposal) {}

            @Override
            public void leaderChanged() {}
        };
        InstantSource ahead = () -> Instant.now().plusMillis(HOUR_MS);
        IntFunction<InstantSource> clocks = node -> node == 0 ? InstantSource.system() : ahead;
        try (TestNodes nodes = TestNodes.start(folder, 2, _ -> ignored, clocks)) {
            while (keptMs(nodes, 0) < HOUR_MS / 2 && keptMs(nodes, 1) > -HOUR_MS / 2) {
                nodes.order(0).propose(new byte[] {1});
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    private static long keptMs(TestNodes nodes, int node) throws IOException {
        return new ClockOffsetFile(nodes.folder(node)).read();
    }

    @Test
    void timeGoesOnAfterAllNodesWereDownAndAnotherOneLeads() {
        clock.placed(START_MS - HOUR_MS, true);
        pass(8_000);
        elapsedMs = 5; // Another process, or machine.
        clock = started();
        clock.placed(START_MS - HOUR_MS, false);
        assertThat(clock.millis()).isEqualTo(START_MS - HOUR_MS + 8_000);
    }

    @Test
    void theOffsetSurvivesRestarts(@TempDir Path folder) throws IOException {
        assertThat(new ClockOffsetFile(folder).read()).isZero();
        new ClockOffsetFile(folder).write(-HOUR_MS);
        assertThat(new ClockOffsetFile(folder).read()).isEqualTo(-HOUR_MS);
        Files.writeString(folder.resolve("clock"), "-36");
        assertThat(new ClockOffsetFile(folder).read()).isEqualTo(-36);
        Files.writeString(folder.resolve("clock"), "");
        assertThat(new ClockOffsetFile(folder).read()).isZero();
    }
}
