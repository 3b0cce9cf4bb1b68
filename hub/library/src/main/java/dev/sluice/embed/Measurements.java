package dev.sluice.embed;

import dev.sluice.Measurement;
import dev.sluice.core.metrics.Distribution;
import dev.sluice.server.metrics.Metric;
import dev.sluice.server.metrics.MetricList;
import dev.sluice.server.metrics.MetricsSnapshot;
import dev.sluice.server.metrics.Sample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Converts the metrics of the server to those of the library.
final class Measurements {
    private Measurements() {}

    static List<Measurement> of(MetricsSnapshot reading) {
        return MetricList.ALL.stream()
                .flatMap(metric -> metric.read().apply(reading).stream().map(sample -> of(metric, sample)))
                .toList();
    }

    private static Measurement of(Metric metric, Sample sample) {
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < metric.labels().size(); i++)
            labels.put(metric.labels().get(i), sample.labels().get(i));
        Measurement.Type type = switch (metric.type()) {
            case COUNTER -> Measurement.Type.COUNTER;
            case GAUGE -> Measurement.Type.GAUGE;
            case HISTOGRAM -> Measurement.Type.HISTOGRAM;
        };
        return switch (sample) {
            case Sample.Scalar(var _, double value) ->
                new Measurement(metric.name(), type, labels, metric.help(), value, 0);
            case Sample.Buckets(var _, Distribution values, double unit) ->
                new Measurement(metric.name(), type, labels, metric.help(), values.sum() * unit, values.count());
        };
    }
}
