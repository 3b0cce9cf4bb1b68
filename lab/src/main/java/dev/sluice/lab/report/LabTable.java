package dev.sluice.lab.report;

import java.util.ArrayList;
import java.util.List;

/// A report as a table for a terminal.
public final class LabTable {
    private static final List<String> HEAD = List.of(
            "lane",
            "events/s",
            "p50 ms",
            "p99 ms",
            "up B",
            "down B",
            "requests",
            "open",
            "CPU µs",
            "KiB/client",
            "lost",
            "again",
            "back s",
            "lost then");

    private LabTable() {}

    public static String of(LabReport report) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        for (var each : report.lanes()) rows.add(row(each));
        var plan = report.plan();
        var text = new StringBuilder();
        text.append("%,d clients of %,d %s, %s events/s of %,d bytes, %s, %.1f s each, %s headers%n"
                .formatted(
                        plan.clients(),
                        plan.channels(),
                        plan.channels() == 1 ? "channel" : "channels",
                        Figures.of(plan.rate()),
                        plan.size(),
                        plan.direction().label(),
                        plan.duration().toMillis() / 1e3,
                        plan.isBare() ? "bare" : "a browser's"));
        text.append(aligned(rows));
        for (var each : report.lanes()) {
            var upward = each.upward();
            if (upward == null) continue;
            text.append("%s, published by clients: %,d arrived, p50 %s ms, p99 %s ms, %,d lost%n"
                    .formatted(
                            each.lane().label(),
                            upward.arrived(),
                            Figures.of(upward.latency().p50()),
                            Figures.of(upward.latency().p99()),
                            upward.lost()));
        }
        report.missing().forEach((lane, why) -> text.append("%s: not measured, %s%n".formatted(lane.label(), why)));
        text.append("Bytes, requests and CPU are per event and client; bytes as at the clients' sockets.\n");
        text.append("CPU is what a lane adds to publishing, of the hub alone.\n");
        return text.toString();
    }

    private static List<String> row(LaneReport lane) {
        var recovery = lane.recovery();
        return List.of(
                lane.lane().label(),
                Figures.of(lane.deliveries() / lane.seconds()),
                Figures.of(lane.latency().p50()),
                Figures.of(lane.latency().p99()),
                Figures.of(lane.up()),
                Figures.of(lane.down()),
                Figures.of(lane.requests()),
                "%,d".formatted(lane.connections()),
                Figures.of(lane.cpuUs()),
                lane.connectionBytes().isEmpty()
                        ? "–"
                        : Figures.of(lane.connectionBytes().getAsDouble() / 1024),
                "%,d".formatted(lane.lost()),
                "%,d".formatted(lane.repeated()),
                recovery == null ? "–" : Figures.of(recovery.medianSeconds()),
                recovery == null ? "–" : "%,d".formatted(recovery.lost()));
    }

    private static String aligned(List<List<String>> rows) {
        var text = new StringBuilder();
        for (var row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = rows.stream()
                        .mapToInt(each -> each.get(column).length())
                        .max()
                        .orElseThrow();
                String cell = row.get(i);
                String space = " ".repeat(width - cell.length());
                line.append(i == 0 ? cell + space : "  " + space + cell);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
