package dev.sluice.lab.report;

import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Technique;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// The result of a run.
///
/// @param lanes   in the order of measurement
/// @param missing the reasons why lanes could not be measured
public record LabReport(
        LabPlan plan, Instant began, List<LaneReport> lanes, Map<Technique, String> missing, Machine machine) {
    /// The machine on which the lab ran.
    public record Machine(String system, int processors, String java) {
        public static Machine here() {
            return new Machine(
                    System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.version().toString());
        }
    }

    public LabReport {
        lanes = List.copyOf(lanes);
        missing = Map.copyOf(missing);
    }

    /// Returns true if no event was lost or repeated apart from cuts.
    public boolean isFaultless() {
        return lanes.stream().allMatch(LaneReport::isFaultless);
    }
}
