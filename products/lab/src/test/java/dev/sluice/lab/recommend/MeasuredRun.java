package dev.sluice.lab.recommend;

import dev.sluice.lab.plan.Direction;
import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Technique;
import dev.sluice.lab.report.IdleCost;
import dev.sluice.lab.report.LabReport;
import dev.sluice.lab.report.LaneReport;
import dev.sluice.lab.report.Latency;
import dev.sluice.lab.report.RecoveryReport;
import dev.sluice.lab.report.TrafficReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A run of the lab on a real machine, stored as `measured.json`. This command renews it:
///
/// ```
/// sluice lab --json --direction both --rate 20 --clients 100 \
///     > products/lab/src/test/resources/dev/sluice/lab/recommend/measured.json
/// ```
final class MeasuredRun {
    static final JsonNode JSON = read();

    private MeasuredRun() {}

    private static JsonNode read() {
        try (var file = Objects.requireNonNull(MeasuredRun.class.getResourceAsStream("measured.json"))) {
            return JsonMapper.shared().readTree(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static JsonNode lane(Technique lane) {
        return JSON.at("/lanes").values().stream()
                .filter(each -> each.at("/lane").asString().equals(lane.label()))
                .findFirst()
                .orElseThrow();
    }

    static LabReport report() {
        var plan = JSON.at("/plan");
        return new LabReport(
                new LabPlan(
                        LabPlan.DEFAULT.lanes(),
                        Direction.BOTH,
                        plan.at("/rate").asDouble(),
                        plan.at("/size").asInt(),
                        plan.at("/channels").asInt(),
                        plan.at("/clients").asInt(),
                        Duration.ofMillis(plan.at("/intervalMs").asLong()),
                        LabPlan.DEFAULT.warmup(),
                        Duration.ofMillis(plan.at("/durationMs").asLong()),
                        Duration.ofMillis(plan.at("/cutMs").asLong()),
                        false),
                Instant.parse(JSON.at("/began").asString()),
                LabPlan.DEFAULT.lanes().stream().map(MeasuredRun::laneReport).toList(),
                Map.of(),
                LabReport.Machine.here());
    }

    private static LaneReport laneReport(Technique lane) {
        JsonNode json = lane(lane);
        JsonNode idle = json.at("/idlePerClientAndSecond");
        JsonNode recovery = json.at("/recovery");
        return new LaneReport(
                lane,
                traffic(json.at("/delivered")),
                traffic(json.at("/published")),
                json.at("/connections").asInt(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                new IdleCost(
                        idle.at("/seconds").asDouble(),
                        idle.at("/upBytes").asDouble(),
                        idle.at("/downBytes").asDouble(),
                        idle.at("/requests").asDouble(),
                        OptionalDouble.of(idle.at("/cpuUs").asDouble())),
                new RecoveryReport(
                        recovery.at("/cutSeconds").asDouble(),
                        recovery.at("/medianSeconds").asDouble(),
                        recovery.at("/maxSeconds").asDouble(),
                        recovery.at("/lost").asLong(),
                        recovery.at("/repeated").asLong()));
    }

    private static TrafficReport traffic(JsonNode json) {
        JsonNode latency = json.at("/latencyMs");
        return new TrafficReport(
                json.at("/seconds").asDouble(),
                json.at("/events").asLong(),
                new Latency(
                        latency.at("/count").asLong(),
                        latency.at("/p50").asDouble(),
                        latency.at("/p90").asDouble(),
                        latency.at("/p99").asDouble(),
                        latency.at("/max").asDouble()),
                json.at("/upBytesPerEvent").asDouble(),
                json.at("/downBytesPerEvent").asDouble(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                json.at("/requestsPerEvent").asDouble(),
                json.at("/connectionsOpened").asLong(),
                OptionalDouble.of(json.at("/cpuUsPerEvent").asDouble()),
                OptionalDouble.empty(),
                json.at("/lost").asLong(),
                json.at("/repeated").asLong());
    }
}
