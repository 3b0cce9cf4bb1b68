package dev.sluice.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HistogramTest {
    private static Distribution of(long... values) {
        Histogram histogram = new Histogram(1, 10, 100);
        for (long value : values) histogram.add(value);
        return histogram.read();
    }

    @Test
    void countsAValueInTheFirstBucketWhoseBoundItDoesNotExceed() {
        assertThat(of(0, 1, 2, 10, 11, 100, 101).counts()).containsExactly(2, 2, 2, 1);
    }

    @Test
    void addsUpTheValuesOfSeveralLoops() {
        Distribution both = Distribution.sum(List.of(of(1, 50), of(5)));
        assertThat(both.counts()).containsExactly(1, 1, 1, 0);
        assertThat(both.sum()).isEqualTo(56);
        assertThat(both.since(of(1, 50)).counts()).containsExactly(0, 1, 0, 0);
    }

    @Test
    void estimatesQuantilesWithinTheirBucket() {
        assertThat(of(5, 5, 5, 5).quantile(0.5)).isEqualTo(5.5);
        assertThat(of(1, 1, 1, 1_000).quantile(0.99)).isEqualTo(100);
        assertThat(of().quantile(0.99)).isZero();
    }
}
