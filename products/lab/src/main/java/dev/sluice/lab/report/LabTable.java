package dev.sluice.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// A report as tables for a terminal, one table per direction.
public final class LabTable {
    private static final List<String> TRAFFIC =
            List.of("events/s", "p50 ms", "p99 ms", "up B", "down B", "plain B", "requests", "CPU µs", "lost", "again");
    private static final List<String> LANE = List.of("open", "KiB/client", "recovery s", "lost in cut");

    private LabTable() {}

    public static String of(LabReport report) {
        var plan = report.plan();
        var text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%,d clients of %,d %s, %s events/s of %,d bytes, %s, %.1f s each, %s headers\n",
                plan.clients(),
                plan.channels(),
                plan.channels() == 1 ? "channel" : "channels",
                NumberText.of(plan.rate()),
                plan.size(),
                plan.direction().label(),
                plan.duration().toMillis() / 1e3,
                plan.isBare() ? "bare" : "a browser's"));
        if (plan.direction().isDown()) text.append(delivered(report.lanes()));
        if (plan.direction().isUp()) text.append(published(report.lanes()));
        report.missing().forEach((lane, why) -> text.append("%s: not measured, %s\n".formatted(lane.label(), why)));
        text.append(
                "Bytes, requests and CPU are per event and client; bytes as at the clients' sockets, plain B is both"
                        + " ways before encryption.\n");
        text.append("CPU is what a lane adds to publishing, of the hub alone.\n");
        return text.toString();
    }

    private static String delivered(List<LaneReport> lanes) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("lane", TRAFFIC, LANE));
        for (var each : lanes) rows.add(row(each.lane().label(), cells(each.delivered()), laneCells(each)));
        return aligned(rows);
    }

    private static String published(List<LaneReport> lanes) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("by clients", TRAFFIC, List.of()));
        for (var each : lanes) rows.add(row(each.lane().label(), cells(each.published()), List.of()));
        return aligned(rows);
    }

    private static List<String> row(String name, List<String> traffic, List<String> lane) {
        List<String> row = new ArrayList<>();
        row.add(name);
        row.addAll(traffic);
        row.addAll(lane);
        return row;
    }

    private static List<String> cells(@Nullable TrafficReport traffic) {
        if (traffic == null) return TRAFFIC.stream().map(_ -> "–").toList();
        return List.of(
                NumberText.of(traffic.eventsPerSecond()),
                NumberText.of(traffic.latency().p50()),
                NumberText.of(traffic.latency().p99()),
                NumberText.of(traffic.up()),
                NumberText.of(traffic.down()),
                NumberText.of(plain(traffic)),
                NumberText.of(traffic.requests()),
                NumberText.of(traffic.cpuUs()),
                String.format(Locale.ROOT, "%,d", traffic.lost()),
                String.format(Locale.ROOT, "%,d", traffic.repeated()));
    }

    private static OptionalDouble plain(TrafficReport traffic) {
        if (traffic.plainUp().isEmpty() || traffic.plainDown().isEmpty()) return OptionalDouble.empty();
        return OptionalDouble.of(
                traffic.plainUp().getAsDouble() + traffic.plainDown().getAsDouble());
    }

    private static List<String> laneCells(LaneReport lane) {
        var recovery = lane.recovery();
        return List.of(
                String.format(Locale.ROOT, "%,d", lane.connections()),
                lane.connectionBytes().isEmpty()
                        ? "–"
                        : NumberText.of(lane.connectionBytes().getAsDouble() / 1024),
                recovery == null ? "–" : NumberText.of(recovery.medianSeconds()),
                recovery == null ? "–" : String.format(Locale.ROOT, "%,d", recovery.lost()));
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
