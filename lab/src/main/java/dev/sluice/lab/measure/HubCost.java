package dev.sluice.lab.measure;

import dev.sluice.lab.hub.LabHub;
import dev.sluice.lab.plan.LabPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalDouble;

/// What the hub costs without clients, so that it can be told apart from what they add.
///
/// @param idleNs    processor time in nanoseconds per second while nothing happens; empty if this system does not tell
/// @param publishNs the same while events are published that nobody reads
public record HubCost(OptionalDouble idleNs, OptionalDouble publishNs) {
    /// Nothing is told apart.
    public static final HubCost NONE = new HubCost(OptionalDouble.empty(), OptionalDouble.empty());

    /// Measures each for as long as a lane.
    public static HubCost measure(LabPlan plan, LabHub hub) throws IOException, InterruptedException {
        OptionalDouble idle = nsPerSecond(hub, plan.duration());
        if (!plan.direction().isDown()) return new HubCost(idle, idle);
        try (var publisher = Publisher.open(hub.address(), plan.channels(), plan.size(), System::nanoTime)) {
            publisher.rate(plan.rate());
            Thread.sleep(plan.warmup());
            OptionalDouble publishing = nsPerSecond(hub, plan.duration());
            publisher.check();
            return new HubCost(idle, publishing);
        }
    }

    private static OptionalDouble nsPerSecond(LabHub hub, Duration time) throws InterruptedException {
        var from = hub.usage();
        long fromNs = System.nanoTime();
        Thread.sleep(time);
        var to = hub.usage();
        long toNs = System.nanoTime();
        if (from.isEmpty() || to.isEmpty()) return OptionalDouble.empty();
        return OptionalDouble.of((to.get().cpuNs() - from.get().cpuNs()) * 1e9 / (toNs - fromNs));
    }
}
