package dev.sluice.lab.report;

import dev.sluice.lab.plan.LabPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import tools.jackson.databind.json.JsonMapper;

/// A report as JSON. Figures that could not be measured are omitted.
public final class LabJson {
    private LabJson() {}

    public static String of(LabReport report) {
        return JsonMapper.shared().writeValueAsString(fields(report));
    }

    public static Map<String, Object> fields(LabReport report) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("plan", plan(report.plan()));
        all.put("began", report.began().toString());
        all.put("machine", report.machine());
        all.put("lanes", report.lanes().stream().map(LabJson::lane).toList());
        Map<String, String> missing = new LinkedHashMap<>();
        report.missing().forEach((lane, why) -> missing.put(lane.label(), why));
        all.put("missing", missing);
        return all;
    }

    private static Map<String, Object> plan(LabPlan plan) {
        Map<String, Object> all = new LinkedHashMap<>();
        List<String> lanes = plan.lanes().stream().map(lane -> lane.label()).toList();
        all.put("lanes", lanes);
        all.put("direction", plan.direction().label());
        all.put("rate", plan.rate());
        all.put("size", plan.size());
        all.put("channels", plan.channels());
        all.put("clients", plan.clients());
        all.put("intervalMs", plan.interval().toMillis());
        all.put("warmupMs", plan.warmup().toMillis());
        all.put("durationMs", plan.duration().toMillis());
        all.put("cutMs", plan.cut().toMillis());
        all.put("headers", plan.isBare() ? "bare" : "browser");
        return all;
    }

    private static Map<String, Object> lane(LaneReport lane) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("lane", lane.lane().label());
        if (lane.delivered() != null) all.put("delivered", traffic(lane.delivered()));
        if (lane.published() != null) all.put("published", traffic(lane.published()));
        all.put("connections", lane.connections());
        put(all, "publishCpuShare", lane.publishShare());
        put(all, "memoryBytesPerClient", lane.connectionBytes());
        all.put("idlePerClientAndSecond", idle(lane.idle()));
        if (lane.recovery() != null) all.put("recovery", recovery(lane.recovery()));
        return all;
    }

    private static Map<String, Object> traffic(TrafficReport traffic) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("seconds", traffic.seconds());
        all.put("events", traffic.events());
        all.put("latencyMs", traffic.latency());
        all.put("upBytesPerEvent", traffic.up());
        all.put("downBytesPerEvent", traffic.down());
        put(all, "plainUpBytesPerEvent", traffic.plainUp());
        put(all, "plainDownBytesPerEvent", traffic.plainDown());
        all.put("requestsPerEvent", traffic.requests());
        all.put("connectionsOpened", traffic.opened());
        put(all, "cpuUsPerEvent", traffic.cpuUs());
        put(all, "cpuShare", traffic.cpuShare());
        all.put("lost", traffic.lost());
        all.put("repeated", traffic.repeated());
        return all;
    }

    private static Map<String, Object> idle(IdleCost idle) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("seconds", idle.seconds());
        all.put("upBytes", idle.up());
        all.put("downBytes", idle.down());
        all.put("requests", idle.requests());
        put(all, "cpuUs", idle.cpuUs());
        return all;
    }

    /// Omits the time of a client that never reconnected, because JSON has no infinity.
    private static Map<String, Object> recovery(RecoveryReport recovery) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("cutSeconds", recovery.cutSeconds());
        if (Double.isFinite(recovery.medianSeconds())) all.put("medianSeconds", recovery.medianSeconds());
        if (Double.isFinite(recovery.maxSeconds())) all.put("maxSeconds", recovery.maxSeconds());
        all.put("lost", recovery.lost());
        all.put("repeated", recovery.repeated());
        return all;
    }

    private static void put(Map<String, Object> all, String name, OptionalDouble number) {
        number.ifPresent(value -> all.put(name, value));
    }
}
