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
    void isOverloadedWhenTheLoopIsLateFiveTimesInARow() {
        assertThat(isOverloadedAfter(100)).isFalse();
        for (int i = 0; i < 4; i++) assertThat(isOverloadedAfter(601)).isFalse();
        assertThat(isOverloadedAfter(601)).isTrue();
        assertThat(isOverloadedAfter(601)).isTrue();
        assertThat(isOverloadedAfter(600)).as("in time again").isFalse();
        assertThat(isOverloadedAfter(601)).as("the count begins again").isFalse();
    }

    /// As a hub on a small machine that starts, compiles and collects garbage.
    @Test
    void isNotOverloadedByLongPausesIfTheLoopWasInTimeBetweenThem() {
        for (int i = 0; i < 10; i++) {
            for (int late = 0; late < 4; late++)
                assertThat(isOverloadedAfter(60_000)).isFalse();
            assertThat(isOverloadedAfter(100)).isFalse();
        }
    }
}
