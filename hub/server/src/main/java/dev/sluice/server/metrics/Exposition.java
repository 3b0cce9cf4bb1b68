package dev.sluice.server.metrics;

import dev.sluice.core.metrics.Distribution;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/// Writes the metrics of the hub and of its JVM in text formats, with Prometheus' library. Takes some
/// milliseconds, and may block. May be used from any thread.
final class Exposition {
    /// The metrics of a JVM that every dashboard knows: `jvm_…` and `process_…`.
    private final PrometheusRegistry jvm = new PrometheusRegistry();

    private final PrometheusTextFormatWriter text = PrometheusTextFormatWriter.create();
    private final OpenMetricsTextFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();

    Exposition() {
        JvmMetrics.builder().register(jvm);
    }

    /// The media type of the answer.
    ///
    /// @param accept what the scraper accepts
    static String contentType(String accept) {
        return isOpenMetrics(accept)
                ? OpenMetricsTextFormatWriter.CONTENT_TYPE
                : PrometheusTextFormatWriter.CONTENT_TYPE;
    }

    static boolean isOpenMetrics(String accept) {
        return accept.contains("application/openmetrics-text");
    }

    MetricSnapshots snapshots(MetricsSnapshot reading) {
        return new MetricSnapshots(Stream.concat(
                        MetricList.ALL.stream().map(metric -> snapshot(metric, reading)), jvm.scrape().stream())
                .toList());
    }

    byte[] write(MetricSnapshots snapshots, boolean asOpenMetrics) {
        ExpositionFormatWriter writer = asOpenMetrics ? openMetrics : text;
        var out = new ByteArrayOutputStream(32 << 10);
        try {
            writer.write(out, snapshots, EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    private static MetricSnapshot snapshot(Metric metric, MetricsSnapshot reading) {
        MetricMetadata about = new MetricMetadata(metric.baseName(), metric.help(), unit(metric));
        List<? extends Sample> samples = metric.read().apply(reading);
        return switch (metric.type()) {
            case COUNTER ->
                new CounterSnapshot(
                        about,
                        samples.stream()
                                .map(each -> new CounterDataPointSnapshot(value(each), labels(metric, each), null, 0))
                                .toList());
            case GAUGE ->
                new GaugeSnapshot(
                        about,
                        samples.stream()
                                .map(each -> new GaugeDataPointSnapshot(value(each), labels(metric, each), null))
                                .toList());
            case HISTOGRAM ->
                new HistogramSnapshot(
                        about,
                        samples.stream().map(each -> buckets(metric, each)).toList());
        };
    }

    private static @org.jspecify.annotations.Nullable Unit unit(Metric metric) {
        return switch (metric.unit()) {
            case "seconds" -> Unit.SECONDS;
            case "bytes" -> Unit.BYTES;
            case "ratio" -> Unit.RATIO;
            default -> null;
        };
    }

    private static Labels labels(Metric metric, Sample sample) {
        return Labels.of(metric.labels(), sample.labels());
    }

    private static double value(Sample sample) {
        return switch (sample) {
            case Sample.Scalar(var _, double value) -> value;
            case Sample.Buckets buckets ->
                throw new IllegalArgumentException("a histogram has many values: " + buckets);
        };
    }

    private static HistogramDataPointSnapshot buckets(Metric metric, Sample sample) {
        if (!(sample instanceof Sample.Buckets(var _, Distribution distribution, double unit)))
            throw new IllegalArgumentException("a histogram has no single value: " + sample);
        long[] bounds = distribution.bounds();
        double[] upTo = new double[bounds.length + 1];
        // Divides, because 0.001 times 5 is not quite 0.005, which would show in the label.
        for (int i = 0; i < bounds.length; i++) upTo[i] = bounds[i] / Math.rint(1 / unit);
        upTo[bounds.length] = Double.POSITIVE_INFINITY;
        return new HistogramDataPointSnapshot(
                ClassicHistogramBuckets.of(upTo, distribution.counts()),
                distribution.sum() * unit,
                labels(metric, sample),
                Exemplars.EMPTY,
                0);
    }
}
