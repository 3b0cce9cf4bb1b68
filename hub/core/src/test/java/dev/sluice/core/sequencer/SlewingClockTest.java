package dev.sluice.core.sequencer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.log.TestClock;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SlewingClockTest {
    private final TestClock wall = new TestClock();
    private final long beginMs = wall.millis();

    @Test
    void followsTheMachinesClock() {
        SlewingClock clock = new SlewingClock(wall, 0);
        assertThat(clock.nowMs()).isEqualTo(beginMs);
        wall.advance(Duration.ofSeconds(7));
        assertThat(clock.nowMs()).isEqualTo(beginMs + 7_000);
    }

    @Test
    void runsAtHalfSpeedWhileTheNewestEntryIsAheadOfTheMachine() {
        SlewingClock clock = new SlewingClock(wall, beginMs + 60_000);
        assertThat(clock.nowMs()).isEqualTo(beginMs + 60_000);
        for (int i = 0; i < 1_000; i++) { // However often the clock is read.
            wall.advance(Duration.ofMillis(1));
            clock.nowMs();
        }
        assertThat(clock.nowMs()).isEqualTo(beginMs + 60_500);
        wall.advance(Duration.ofSeconds(119));
        assertThat(clock.nowMs()).isEqualTo(beginMs + 120_000);
        wall.advance(Duration.ofSeconds(1));
        assertThat(clock.nowMs()).isEqualTo(wall.millis());
    }

    @Test
    void neverGoesBackWhateverTheMachinesClockDoes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        SlewingClock clock = new SlewingClock(wall, 0);
        long last = clock.nowMs();
        for (int i = 0; i < 1_000; i++) {
            wall.advance(Duration.ofMillis(random.nextLong(-10_000, 12_000)));
            long now = clock.nowMs();
            assertThat(now).as("seed %d", seed).isGreaterThanOrEqualTo(Math.max(last, wall.millis()));
            last = now;
        }
    }
}
