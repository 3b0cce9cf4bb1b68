package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LeakCheckTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// Fails if Surefire's configuration does not install the recorder, as then no leak would ever fail a test.
    @Test
    void reportsABufferThatIsNotReleased() {
        leakOnPurpose();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean isNoticed = false;
        while (!isNoticed) {
            assertThat(System.nanoTime()).as("noticed in time").isLessThan(deadline);
            LeakCheck.detect();
            isNoticed = LeakRecorder.seen(LeakCheck.CANARY);
        }
    }

    private static void leakOnPurpose() {
        PooledByteBufAllocator.DEFAULT.heapBuffer(16);
    }
}
