package dev.sluice.lab.measure;

import dev.sluice.lab.client.Arrivals;
import dev.sluice.lab.client.LaneMetrics;
import dev.sluice.lab.hub.HubUsage;
import dev.sluice.lab.hub.LabHub;
import dev.sluice.lab.line.CountingProxy;
import dev.sluice.lab.line.ProxyCounts;
import java.util.Optional;
import java.util.OptionalDouble;

/// All counts of a lane at one moment. Figures are differences between two snapshots.
///
/// @param arrived events from clients that have arrived at the reader beside the hub
record Snapshot(long ns, ProxyCounts line, LaneMetrics.Count metrics, long arrived, Optional<HubUsage> usage) {
    static Snapshot now(CountingProxy line, LaneMetrics metrics, Arrivals arrivals, LabHub hub) {
        return new Snapshot(
                System.nanoTime(),
                line.count(),
                metrics.count(),
                arrivals.metrics().count().deliveries(),
                hub.usage());
    }

    double secondsSince(Snapshot from) {
        return (ns - from.ns) / 1e9;
    }

    /// Returns the hub's processor time since then in nanoseconds; empty if this system does not report it.
    OptionalDouble cpuNsSince(Snapshot from) {
        return from.usage.isPresent() && usage.isPresent()
                ? OptionalDouble.of(
                        (double) usage.get().cpuNs() - from.usage.get().cpuNs())
                : OptionalDouble.empty();
    }
}
