package dev.sluice.lab.measure;

import dev.sluice.lab.hub.LabHub;
import dev.sluice.lab.plan.LabPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalDouble;

/// The cost of the hub without clients, which is subtracted from its cost with clients. It is measured again
/// for each lane, because the state of the machine and of the JVM changes during a run.
///
/// @param idleNs    processor time in nanoseconds per second while nothing happens; empty if this system does
///                  not report it
/// @param publishNs processor time in nanoseconds per second while events are published that no client reads
record HubCost(OptionalDouble idleNs, OptionalDouble publishNs) {
    /// Measures both costs, each for the given time.
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

    /// Returns the processor time that clients add to the hub's, in microseconds for each client or event;
    /// empty if this system does not report it.
    ///
    /// @param ns      nanoseconds used in `seconds` with clients
    /// @param without nanoseconds per second without clients
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
