package dev.sluice.core.metrics;

import java.util.Arrays;
import java.util.Collection;

/// The number of values of each size that a [Histogram] has counted.
///
/// @param bounds the upper bounds of the buckets, inclusive, in ascending order
/// @param counts the number of values in each bucket, and last of those above all bounds
/// @param sum    the sum of all values
@SuppressWarnings("ArrayRecordComponent") // Created for one scrape; no other code modifies the arrays.
public record Distribution(long[] bounds, long[] counts, long sum) {
    /// No values.
    public static final Distribution EMPTY = new Distribution(new long[0], new long[1], 0);

    /// The values of several histograms with the same bounds.
    ///
    /// @param all at least one
    public static Distribution sum(Collection<Distribution> all) {
        long[] bounds = all.iterator().next().bounds;
        long[] counts = new long[bounds.length + 1];
        long sum = 0;
        for (Distribution each : all) {
            if (!Arrays.equals(each.bounds, bounds)) throw new IllegalArgumentException("the bounds must be the same");
            for (int i = 0; i < counts.length; i++) counts[i] += each.counts[i];
            sum += each.sum;
        }
        return new Distribution(bounds, counts, sum);
    }

    /// The number of values.
    public long count() {
        return Arrays.stream(counts).sum();
    }

    /// The values that were counted after an earlier reading of the same histograms.
    public Distribution since(Distribution earlier) {
        long[] more = new long[counts.length];
        for (int i = 0; i < more.length; i++) more[i] = counts[i] - earlier.counts[i];
        return new Distribution(bounds, more, sum - earlier.sum);
    }

    /// An estimate of a quantile: linear within its bucket, as Prometheus' `histogram_quantile` does it. The
    /// largest bound if the quantile lies above it; 0 if there are no values.
    ///
    /// @param q from 0 to 1
    public double quantile(double q) {
        double rank = q * count();
        double seen = 0;
        for (int i = 0; i < bounds.length; i++) {
            if (counts[i] > 0 && seen + counts[i] >= rank) {
                double low = i == 0 ? 0 : bounds[i - 1];
                return low + (bounds[i] - low) * (rank - seen) / counts[i];
            }
            seen += counts[i];
        }
        return count() == 0 || bounds.length == 0 ? 0 : bounds[bounds.length - 1];
    }
}
