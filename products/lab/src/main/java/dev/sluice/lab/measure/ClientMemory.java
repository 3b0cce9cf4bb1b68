package dev.sluice.lab.measure;

import dev.sluice.lab.client.LaneMetrics;
import dev.sluice.lab.hub.LabHub;
import dev.sluice.lab.line.CountingProxy;
import dev.sluice.lab.plan.Direction;
import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Technique;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The hub's memory for one waiting client: heap after a collection, and native buffers.
///
/// A client takes a few kilobytes, while the memory of a lab's hub varies by a megabyte as it frees what
/// earlier clients used. Therefore 100 clients are opened at once and compared with the mean of the memory
/// before and after them.
final class ClientMemory {
    private static final int CLIENTS = 100;

    private ClientMemory() {}

    /// Measures a lane. Blocks for about a second.
    ///
    /// @param tls a context that trusts the hub; null if the lane needs no TLS
    /// @return bytes per client; empty if the hub has ended
    /// @throws IOException if the hub refuses a client, or ends
    static OptionalDouble measure(Technique lane, int size, LabHub hub, @Nullable SSLContext tls)
            throws IOException, InterruptedException {
        open(lane, size, hub, tls); // Fills the pools that all later clients share.
        OptionalLong before = hub.liveBytes();
        OptionalLong open = open(lane, size, hub, tls);
        OptionalLong after = hub.liveBytes();
        if (before.isEmpty() || open.isEmpty() || after.isEmpty()) return OptionalDouble.empty();
        double without = (before.getAsLong() + after.getAsLong()) / 2.0;
        return OptionalDouble.of((open.getAsLong() - without) / CLIENTS);
    }

    /// Opens clients, measures, and closes them.
    ///
    /// @return the memory of the hub while they are open
    private static OptionalLong open(Technique lane, int size, LabHub hub, @Nullable SSLContext tls)
            throws IOException, InterruptedException {
        var plan = new LabPlan(
                List.of(lane),
                Direction.DOWN,
                1,
                size,
                1,
                CLIENTS,
                Duration.ofMinutes(1),
                Duration.ZERO,
                LabPlan.DURATION_MIN,
                Duration.ZERO,
                false);
        var target = lane.isTls() ? hub.tlsAddress().orElseThrow() : hub.address();
        try (var line = CountingProxy.open("127.0.0.1", target);
                var _ = LaneClients.open(lane, plan, line.address(), tls, new LaneMetrics())) {
            return hub.liveBytes();
        }
    }
}
