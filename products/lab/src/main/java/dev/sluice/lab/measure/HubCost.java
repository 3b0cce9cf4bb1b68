package dev.sluice.lab.measure;

import dev.sluice.lab.hub.LabHub;
import dev.sluice.lab.plan.LabPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalDouble;

/// The cost of the hub without clients, so that it can be told apart from what they add. It is measured for each lane
/// anew: machine and JVM change meanwhile.
///
/// @param idleNs    processor time in nanoseconds per second while nothing happens; empty if this system does not tell
/// @param publishNs the same while events are published that nobody reads
record HubCost(OptionalDouble idleNs, OptionalDouble publishNs) {
    /// Measures each for some time.
    static HubCost measure(LabPlan plan, LabHub hub, HubPublisher publisher, Duration time)
            throws IOException, InterruptedException {
        OptionalDouble idle = nsPerSecond(hub, time);
        if (!plan.direction().isDown()) return new HubCost(idle, idle);
        publisher.rate(plan.rate());
        OptionalDouble publishing = nsPerSecond(hub, time);
        publisher.rate(0);
        publisher.check();
        return new HubCost(idle, publishing);
    }

    /// The processor time that clients add to the hub's, in microseconds for each; empty if this system does not
    /// tell.
    ///
    /// @param ns      of some seconds with clients
    /// @param without nanoseconds per second without them
    static OptionalDouble addedUs(OptionalDouble ns, OptionalDouble without, double seconds, double each) {
        if (ns.isEmpty() || without.isEmpty()) return OptionalDouble.empty();
        return OptionalDouble.of(Math.max(0, ns.getAsDouble() - without.getAsDouble() * seconds) / each / 1e3);
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
