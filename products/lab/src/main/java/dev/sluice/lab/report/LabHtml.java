package dev.sluice.lab.report;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A report with charts as one HTML file, without scripts or external resources.
public final class LabHtml {
    /// The length of the bar for clients that never reconnected, in seconds.
    private static final double RECOVERY_SHOWN_MAX = 60;

    private static final String STYLE = """
            :root{color-scheme:light dark;--a:light-dark(#0b7285,#4dc4d6);--b:light-dark(#9a4d00,#ffb86b)}
            body{font:15px/1.5 system-ui,sans-serif;max-width:760px;margin:32px auto;padding:0 16px}
            figure{margin:24px 0}figcaption{font-weight:600;margin-bottom:4px}svg{width:100%}
            text{font-size:12px;fill:currentColor}.figure{font-variant-numeric:tabular-nums}
            .p0{fill:var(--a)}.p1{fill:var(--b)}.key{font-weight:400;font-size:12px;padding-left:8px}
            .key::before{content:"■ "}.key.p0::before{color:var(--a)}.key.p1::before{color:var(--b)}
            pre{overflow-x:auto;font-size:12px}
            """;

    private LabHtml() {}

    public static String of(LabReport report) {
        var html = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Sluice lab</title>\n<style>"
                + STYLE + "</style>\n<h1>Sluice lab</h1>\n");
        html.append(String.format(
                Locale.ROOT,
                "<p>%s, %s, %d processors, Java %s</p>\n",
                report.began(),
                BarChart.escape(report.machine().system()),
                report.machine().processors(),
                BarChart.escape(report.machine().java())));
        html.append(charts(report));
        html.append("<h2>Table</h2>\n<pre>")
                .append(BarChart.escape(LabTable.of(report)))
                .append("</pre>\n");
        html.append("<details><summary>JSON</summary><pre>").append(BarChart.escape(LabJson.of(report)));
        return html.append("</pre></details>\n</html>\n").toString();
    }

    /// Returns only the charts.
    static String charts(LabReport report) {
        var charts = new StringBuilder();
        if (report.plan().direction().isDown()) charts.append(traffic(report, "", LaneReport::delivered));
        if (report.plan().direction().isUp()) charts.append(traffic(report, ", by clients", LaneReport::published));
        charts.append(chart(
                report,
                "Bytes per second and client while idle",
                List.of("down", "up"),
                lane -> List.of(lane.idle().down(), lane.idle().up())));
        if (report.lanes().stream().allMatch(lane -> lane.connectionBytes().isPresent())) {
            charts.append(chart(
                    report,
                    "Memory of the hub per client (KiB)",
                    List.of(),
                    lane -> List.of(Math.max(0, lane.connectionBytes().orElse(0)) / 1024)));
        }
        return charts.append(recovery(report)).toString();
    }

    private static String traffic(
            LabReport report, String who, Function<LaneReport, @Nullable TrafficReport> direction) {
        return chart(
                        report,
                        "Latency: p50, and the difference to p99 (ms)" + who,
                        List.of("p50", "to p99"),
                        of(
                                direction,
                                traffic -> List.of(
                                        traffic.latency().p50(),
                                        traffic.latency().p99()
                                                - traffic.latency().p50())))
                + chart(
                        report,
                        "Bytes per event and client" + who,
                        List.of("down", "up"),
                        of(direction, traffic -> List.of(traffic.down(), traffic.up())))
                + chart(
                        report,
                        "Requests per event and client" + who,
                        List.of(),
                        of(direction, traffic -> List.of(traffic.requests())))
                + chart(
                        report,
                        "Processor time of the hub per event and client (µs)" + who,
                        List.of(),
                        of(direction, traffic -> List.of(traffic.cpuUs().orElse(0))));
    }

    private static Function<LaneReport, List<Double>> of(
            Function<LaneReport, @Nullable TrafficReport> direction, Function<TrafficReport, List<Double>> values) {
        return lane -> {
            TrafficReport traffic = direction.apply(lane);
            return traffic == null ? List.of() : values.apply(traffic);
        };
    }

    private static String recovery(LabReport report) {
        if (report.lanes().stream().anyMatch(lane -> lane.recovery() == null)) return "";
        return chart(report, "Time until half of the clients recovered from a cut (s)", List.of(), lane -> {
            RecoveryReport recovery = lane.recovery();
            return List.of(recovery == null ? 0 : Math.min(recovery.medianSeconds(), RECOVERY_SHOWN_MAX));
        });
    }

    private static String chart(
            LabReport report, String title, List<String> legend, Function<LaneReport, List<Double>> values) {
        var bars = report.lanes().stream()
                .map(lane -> new BarChart.Bar(lane.lane().label(), values.apply(lane)))
                .toList();
        return BarChart.svg(title, legend, bars);
    }
}
