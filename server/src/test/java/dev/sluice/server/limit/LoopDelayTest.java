package dev.sluice.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LoopDelayTest {
    private final AtomicLong nowNs = new AtomicLong();
    private final LoopDelay delay = new LoopDelay(Duration.ofMillis(500), nowNs::get);

    private boolean isOverloadedAfter(long ms) {
        nowNs.addAndGet(Duration.ofMillis(ms).toNanos());
        delay.run();
        return delay.isOverloaded();
    }

    @Test
    void isOverloadedWhenTheLoopIsLateTwiceInARow() {
        assertThat(isOverloadedAfter(100)).isFalse();
        assertThat(isOverloadedAfter(601)).isFalse();
        assertThat(isOverloadedAfter(601)).isTrue();
        assertThat(isOverloadedAfter(601)).isTrue();
        assertThat(isOverloadedAfter(600)).as("in time again").isFalse();
    }

    @Test
    void takesOneLongPauseForNoOverload() {
        assertThat(isOverloadedAfter(60_000)).isFalse();
        assertThat(isOverloadedAfter(100)).isFalse();
        assertThat(isOverloadedAfter(60_000)).isFalse();
    }
}
