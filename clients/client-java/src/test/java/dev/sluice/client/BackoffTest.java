package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class BackoffTest {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration MAX = Duration.ofSeconds(1);

    /** Always returns the maximum. */
    private static final RandomGenerator MAXIMUM = new RandomGenerator() {
        @Override
        public long nextLong() {
            return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    };

    @Test
    void doublesUpToItsLimitUntilReset() {
        var backoff = new Backoff(FIRST, MAX, MAXIMUM);
        var ceilings = new ArrayList<Long>();
        for (int n = 0; n < 100; n++) ceilings.add(backoff.next(Duration.ZERO).toMillis());

        assertThat(ceilings).startsWith(100L, 200L, 400L, 800L, 1000L, 1000L).endsWith(1000L);
        backoff.reset();
        assertThat(backoff.next(Duration.ZERO)).isEqualTo(FIRST);
    }

    @Test
    void addsThePauseToTheDelayThatTheHubAsksFor() {
        assertThat(new Backoff(FIRST, MAX, MAXIMUM).next(Duration.ofSeconds(7))).isEqualTo(Duration.ofMillis(7100));
    }

    @Test
    void spreadsPausesOverTheWholeRange() {
        var backoff = new Backoff(FIRST, FIRST, new Random(7));
        var pauses = new ArrayList<Long>();
        for (int n = 0; n < 1000; n++) pauses.add(backoff.next(Duration.ZERO).toMillis());

        assertThat(pauses).allMatch(ms -> ms >= 0 && ms <= 100).contains(0L, 50L, 100L);
    }
}
