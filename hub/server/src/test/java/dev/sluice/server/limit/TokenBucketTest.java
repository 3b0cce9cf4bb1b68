package dev.sluice.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class TokenBucketTest {
    private static final long SECOND = 1_000_000_000;

    /// Far from 0, and close to where a long overflows: clocks may begin anywhere.
    private static final long START = Long.MAX_VALUE - 2 * SECOND;

    private static TokenBucket bucket(long perSecond) {
        return new TokenBucket(RateLimit.perSecond("x", perSecond), START);
    }

    @Test
    void allowsABurstAndThenTheRate() {
        TokenBucket bucket = bucket(10);
        for (int i = 0; i < 50; i++) assertThat(bucket.take(1, START)).isZero();
        assertThat(bucket.take(1, START)).isEqualTo(SECOND / 10);
        assertThat(bucket.take(1, START + SECOND / 10)).isZero();
        assertThat(bucket.take(1, START + SECOND / 10)).isEqualTo(SECOND / 10);
    }

    @Test
    void saysExactlyHowLongToWait() {
        TokenBucket bucket = bucket(3);
        bucket.take(40, START);
        long waitNs = bucket.take(1, START);
        assertThat(bucket.take(1, START + waitNs - 1)).isEqualTo(1);
        assertThat(bucket.take(1, START + waitNs)).isZero();
    }

    @Test
    void isFullAgainAfterAPauseAndNotFuller() {
        TokenBucket bucket = bucket(10);
        bucket.take(50, START);
        assertThat(bucket.isFull(START + 5 * SECOND - 1)).isFalse();
        assertThat(bucket.isFull(START + 5 * SECOND)).isTrue();
        long later = START + 3_600 * SECOND;
        for (int i = 0; i < 50; i++) assertThat(bucket.take(1, later)).isZero();
        assertThat(bucket.take(1, later)).isPositive();
    }

    @Test
    void acceptsUnusedTokensBack() {
        TokenBucket bucket = bucket(10);
        bucket.take(50, START);
        bucket.giveBack(1);
        assertThat(bucket.take(1, START)).isZero();
        assertThat(bucket.take(1, START)).isPositive();
    }

    @Test
    void limitsNothingWithoutARate() {
        TokenBucket bucket = bucket(0);
        assertThat(bucket.take(Long.MAX_VALUE, START)).isZero();
        assertThat(bucket.charge(Long.MAX_VALUE, START)).isZero();
        assertThat(bucket.isFull(START)).isTrue();
    }

    @Test
    void recoversFromADebt() {
        TokenBucket bucket = bucket(1_000);
        assertThat(bucket.charge(5_000, START)).isZero();
        assertThat(bucket.charge(1_000, START)).isEqualTo(SECOND);
        assertThat(bucket.charge(0, START + SECOND / 2)).isEqualTo(SECOND / 2);
        assertThat(bucket.charge(0, START + SECOND)).isZero();
    }

    @Test
    void owesAtMostAnHour() {
        TokenBucket bucket = bucket(1);
        for (int i = 0; i < 3; i++) bucket.charge(Long.MAX_VALUE, START);
        assertThat(bucket.take(1, START)).isBetween(3_600 * SECOND, 3_602 * SECOND);
        assertThat(bucket.take(1, START + 3_602 * SECOND)).isZero();
    }

    /// However a client spreads its attempts, it never has more than a burst and what flowed in.
    @Property
    void neverGivesMoreThanTheRate(
            @ForAll @IntRange(min = 1, max = 1_000) int perSecond,
            @ForAll @Size(max = 60) List<@IntRange(max = 1_500) Integer> pausesMs) {
        TokenBucket bucket = bucket(perSecond);
        long now = START;
        long given = 0;
        for (int pauseMs : pausesMs) {
            now += Duration.ofMillis(pauseMs).toNanos();
            long flowedIn = (now - START) / 1_000 * perSecond / 1_000_000;
            long most = 5L * perSecond + flowedIn + 1;
            while (given <= most && bucket.take(1, now) == 0) given++;
            assertThat(given).isLessThanOrEqualTo(most);
        }
        if (!pausesMs.isEmpty()) assertThat(given).isGreaterThanOrEqualTo(5L * perSecond);
    }
}
