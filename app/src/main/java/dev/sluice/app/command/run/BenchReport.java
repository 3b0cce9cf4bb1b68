package dev.sluice.app.command.run;

import dev.sluice.load.Plan;
import dev.sluice.load.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.json.JsonMapper;

/// The result of a measurement, as text or as JSON.
final class BenchReport {
    private BenchReport() {}

    static String text(Report report) {
        var plan = report.plan();
        var lines = new ArrayList<String>();
        lines.add(summary(plan));
        if (plan.connections() > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "delivered     %s/s, %,d in %.1f s",
                    count(report.deliveriesPerSecond()),
                    report.delivered(),
                    report.measured().toMillis() / 1e3));
        }
        lines.add("published     %s/s%s".formatted(count(report.publishedPerSecond()), load(plan)));
        var latency = report.latencyUs();
        if (latency.getTotalCount() > 0) {
            lines.add("latency       p50 %s, p90 %s, p99 %s, p99.9 %s, max %s ms"
                    .formatted(ms(latency, 50), ms(latency, 90), ms(latency, 99), ms(latency, 99.9), ms(latency, 100)));
        }
        report.serverCpuUs()
                .ifPresent(us -> lines.add(String.format(Locale.ROOT, "server CPU    %.3f µs per %s", us, unit(plan))));
        report.loadCpuUs()
                .ifPresent(us -> lines.add(String.format(Locale.ROOT, "bench CPU     %.3f µs per %s", us, unit(plan))));
        memory(report, lines);
        if (report.plan().resumes()) {
            var caughtUp = report.catchUpSeconds().isEmpty()
                    ? ""
                    : String.format(
                            Locale.ROOT,
                            ", the last caught up %.2f s after the first came back",
                            report.catchUpSeconds().getAsDouble());
            lines.add(String.format(Locale.ROOT, "resumed       %,d times%s", report.resumed(), caughtUp));
        }
        lines.add("checked       " + checked(report));
        return String.join("\n", lines) + "\n";
    }

    private static String summary(Plan plan) {
        return String.format(
                Locale.ROOT,
                "%s  %s, %,d readers of %,d %s, %,d bytes",
                plan.url(),
                plan.protocol().label(),
                plan.connections(),
                plan.channels(),
                plan.channels() == 1 ? "channel" : "channels",
                plan.size());
    }

    private static String load(Plan plan) {
        return plan.inFlight() > 0
                ? ", " + plan.inFlight() + " in flight"
                : " of %s/s requested".formatted(count(plan.rate()));
    }

    private static String unit(Plan plan) {
        return plan.connections() > 0 ? "delivery" : "event";
    }

    private static void memory(Report report, List<String> lines) {
        if (report.serverRssBytes().isEmpty()) return;
        var line = String.format(
                Locale.ROOT, "server RSS    %.1f MB", report.serverRssBytes().getAsLong() / 1e6);
        if (report.connectionRssBytes().isPresent()) {
            line += String.format(
                    Locale.ROOT,
                    ", %.1f kB per connection",
                    report.connectionRssBytes().getAsDouble() / 1e3);
        }
        lines.add(line);
    }

    private static String checked(Report report) {
        var all = String.format(Locale.ROOT, "%,d deliveries", report.expected());
        if (report.plan().connections() == 0) all = String.format(Locale.ROOT, "%,d events", report.expected());
        if (report.isFaultless()) return all + ": all delivered once, intact, in order";
        var faults = new ArrayList<String>();
        fault(faults, report.lost(), "lost");
        fault(faults, report.repeated(), "repeated");
        fault(faults, report.late(), "out of order");
        fault(faults, report.damaged(), "damaged");
        fault(faults, report.broken(), "connections broken");
        fault(faults, report.refused(), "events refused (" + report.refusal() + ")");
        return all + ": " + String.join(", ", faults);
    }

    private static void fault(List<String> faults, long count, String name) {
        if (count > 0) faults.add(String.format(Locale.ROOT, "%,d %s", count, name));
    }

    private static String ms(Histogram latency, double percentile) {
        return String.format(Locale.ROOT, "%.2f", latency.getValueAtPercentile(percentile) / 1e3);
    }

    /// Formats a number with three significant digits and its magnitude.
    private static String count(double number) {
        if (number >= 1e6) return String.format(Locale.ROOT, "%.2f M", number / 1e6);
        return String.format(Locale.ROOT, number >= 100 ? "%,.0f" : "%.1f", number);
    }

    static String json(Report report) {
        return JsonMapper.shared().writeValueAsString(fields(report));
    }

    /// docs/cli.md lists these fields.
    private static Map<String, Object> fields(Report report) {
        var plan = report.plan();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("url", plan.url().toString());
        fields.put("as", plan.protocol().label().toLowerCase(Locale.ROOT));
        fields.put("connections", plan.connections());
        fields.put("stalled", plan.stalled());
        fields.put("channels", plan.channels());
        fields.put("publishers", plan.publishers());
        fields.put("size", plan.size());
        fields.put("batch", plan.batch());
        if (plan.inFlight() > 0) fields.put("inFlight", plan.inFlight());
        else fields.put("rate", plan.rate());
        fields.put("seconds", report.measured().toNanos() / 1e9);
        fields.put("published", report.published());
        fields.put("publishedPerSecond", report.publishedPerSecond());
        fields.put("delivered", report.delivered());
        fields.put("deliveriesPerSecond", report.deliveriesPerSecond());
        fields.put("bytes", report.bytes());
        var latency = report.latencyUs();
        if (latency.getTotalCount() > 0) {
            var ms = new LinkedHashMap<String, Object>();
            ms.put("mean", latency.getMean() / 1e3);
            for (var percentile : List.of(50.0, 90.0, 99.0, 99.9)) {
                ms.put(
                        "p" + (percentile % 1 == 0 ? "" + percentile.intValue() : percentile),
                        latency.getValueAtPercentile(percentile) / 1e3);
            }
            ms.put("max", latency.getMaxValue() / 1e3);
            fields.put("latencyMs", ms);
        }
        put(fields, "serverCpuUs", report.serverCpuUs());
        put(fields, "benchCpuUs", report.loadCpuUs());
        put(fields, "serverRssBytes", report.serverRssBytes());
        put(fields, "connectionRssBytes", report.connectionRssBytes());
        fields.put("connectSeconds", report.connectSeconds());
        fields.put("resumed", report.resumed());
        put(fields, "catchUpSeconds", report.catchUpSeconds());
        fields.put("expected", report.expected());
        fields.put("lost", report.lost());
        fields.put("repeated", report.repeated());
        fields.put("outOfOrder", report.late());
        fields.put("damaged", report.damaged());
        fields.put("broken", report.broken());
        fields.put("refused", report.refused());
        if (report.refusal() != null) fields.put("refusal", report.refusal());
        fields.put("faultless", report.isFaultless());
        return fields;
    }

    private static void put(Map<String, Object> fields, String name, OptionalDouble value) {
        if (value.isPresent()) fields.put(name, value.getAsDouble());
    }

    private static void put(Map<String, Object> fields, String name, OptionalLong value) {
        if (value.isPresent()) fields.put(name, value.getAsLong());
    }
}
