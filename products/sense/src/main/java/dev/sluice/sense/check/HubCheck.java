package dev.sluice.sense.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.Request;

/// Reads the metrics of a Sluice hub, and compares some of them with limits.
///
/// @param request the request for `/metrics`
/// @param timeout the timeout of a run
public record HubCheck(WebClient client, Request request, Duration timeout, List<Limit> limits) implements Check {
    private static final int BYTES_MAX = 4 << 20;

    /// The maximum of a metric, or of the sum of its series.
    public record Limit(String metric, double max) {}

    public HubCheck {
        limits = List.copyOf(limits);
    }

    @Override
    public Outcome run() throws InterruptedException {
        long start = System.nanoTime();
        String text;
        try {
            try (OpenWebResponse answer = client.send(request, true, timeout)) {
                if (answer.status() != 200)
                    return Outcome.failed(Phrase.of("metrics"), Phrase.of("status", "" + answer.status()));
                text = new String(answer.body().readNBytes(BYTES_MAX), StandardCharsets.UTF_8);
            }
        } catch (IOException | RuntimeException failed) {
            if (Thread.interrupted()) throw new InterruptedException();
            return Outcome.failed(Phrase.of("metrics"), Reason.of(failed));
        }
        Duration latency = Duration.ofNanos(System.nanoTime() - start);
        List<String> found = new ArrayList<>();
        for (Limit limit : limits) {
            Optional<Double> value = sum(text, limit.metric);
            if (value.isEmpty()) return Outcome.failed(Phrase.of("metric", limit.metric), Phrase.of("no-metric"));
            String shown = limit.metric + " = " + plain(value.get());
            if (!(value.get() <= limit.max)) return Outcome.failed(limit.metric + " ≤ " + plain(limit.max), shown);
            found.add(shown);
        }
        return new Outcome.Passed(latency, found.isEmpty() ? "up" : String.join(", ", found));
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    /// Returns the sum of all series of a metric in Prometheus' text format: `name{labels} value`, or `name
    /// value`.
    private static Optional<Double> sum(String text, String metric) {
        double sum = 0;
        boolean isFound = false;
        for (String line : text.split("\n", -1)) {
            if (!line.startsWith(metric)) continue;
            int end = metric.length();
            if (line.length() <= end || (line.charAt(end) != '{' && line.charAt(end) != ' ')) continue;
            String value = line.substring(line.lastIndexOf(' ') + 1);
            try {
                sum += Double.parseDouble(value);
                isFound = true;
            } catch (NumberFormatException broken) {
                return Optional.empty();
            }
        }
        return isFound ? Optional.of(sum) : Optional.empty();
    }
}
