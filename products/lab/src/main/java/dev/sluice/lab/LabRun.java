package dev.sluice.lab;

import dev.sluice.lab.hub.LabHub;
import dev.sluice.lab.measure.LaneMeasurement;
import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.LabTls;
import dev.sluice.lab.plan.Technique;
import dev.sluice.lab.report.LabReport;
import dev.sluice.lab.report.LaneReport;
import dev.sluice.wire.Trust;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs the lab from the command line: starts a hub in a separate process and measures the lanes on it one
/// after the other, with the lab's own clients.
public final class LabRun {
    private final LabPlan plan;
    private final @Nullable LabTls tls;
    private final Duration warming;
    private final Consumer<Step> watcher;
    private final InstantSource clock;

    /// The step that begins now.
    ///
    /// @param phase `start`, `warm up` or `measure`
    /// @param lane  null if the step concerns no particular lane
    public record Step(String phase, @Nullable Technique lane) {}

    /// @param tls     null if lanes with TLS are not measured
    /// @param warming how long each lane is driven before any lane is measured
    /// @param watcher called on the thread that calls [#run]
    public LabRun(LabPlan plan, @Nullable LabTls tls, Duration warming, Consumer<Step> watcher, InstantSource clock) {
        this.plan = plan;
        this.tls = tls;
        this.warming = warming;
        this.watcher = watcher;
        this.clock = clock;
    }

    /// Starts the hub and measures all lanes. Blocks until the run is complete; an interrupt ends it.
    ///
    /// @throws IOException if the hub can't be started, or a lane fails
    public LabReport run() throws IOException, InterruptedException {
        watcher.accept(new Step("start", null));
        var began = clock.instant();
        var trust = tls == null ? null : Trust.in(tls.authority());
        try (var hub = LabHub.start(tls, List.of(), List.of(), Map.of())) {
            Map<Technique, String> missing = new EnumMap<>(Technique.class);
            List<Technique> lanes = new ArrayList<>(plan.lanes());
            if (tls == null) {
                lanes.removeIf(Technique::isTls);
                for (var each : plan.lanes()) if (each.isTls()) missing.put(each, "there is no certificate");
            }
            if (warming.isPositive()) {
                for (var lane : lanes) {
                    watcher.accept(new Step("warm up", lane));
                    new LaneMeasurement(lane, LabPlan.warming(lane, warming), hub, trust).drive();
                }
            }
            List<LaneReport> reports = new ArrayList<>();
            for (var lane : lanes) {
                watcher.accept(new Step("measure", lane));
                reports.add(new LaneMeasurement(lane, plan, hub, trust).run());
            }
            return new LabReport(plan, began, reports, missing, LabReport.Machine.here());
        }
    }
}
