package dev.sluice.lab.measure;

import dev.sluice.lab.client.LaneMetrics;
import dev.sluice.lab.hub.LabHub;
import dev.sluice.lab.line.CountingProxy;
import dev.sluice.lab.line.ProxyCounts;
import dev.sluice.lab.plan.Direction;
import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Technique;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The costs of a client that a browser can't report: the hub's memory, for which a browser can't open enough
/// connections, and the bytes inside TLS. The lab measures them with its own clients.
///
/// @param memoryBytes the hub's memory per client, see [ClientMemory]; null if the hub has ended
/// @param up          bytes per event from clients, at their sockets
/// @param down        bytes per event to clients, at their sockets
/// @param plainUp     bytes per event from clients before encryption; null without TLS
/// @param plainDown   bytes per event to clients after decryption; null without TLS
public record ClientFootprint(
        @Nullable Double memoryBytes,
        double up,
        double down,
        @Nullable Double plainUp,
        @Nullable Double plainDown) {
    private static final int CLIENTS = 50;
    private static final int EVENTS = 20;
    private static final double RATE = 200;
    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final long WAIT_NS_MAX = 10_000_000_000L;
    private static final long LOOK_MS = 5;

    /// Measures a lane. Blocks for about two seconds.
    ///
    /// @param tls a context that trusts the hub; null if the lane needs no TLS
    /// @throws IOException if the hub refuses a client, or ends
    public static ClientFootprint measure(Technique lane, int size, LabHub hub, @Nullable SSLContext tls)
            throws IOException, InterruptedException {
        var plan = new LabPlan(
                List.of(lane),
                Direction.DOWN,
                RATE,
                size,
                1,
                CLIENTS,
                INTERVAL,
                Duration.ZERO,
                LabPlan.DURATION_MIN,
                Duration.ZERO,
                false);
        var metrics = new LaneMetrics();
        var target = lane.isTls() ? hub.tlsAddress().orElseThrow() : hub.address();
        var memory = ClientMemory.measure(lane, size, hub, tls);
        try (var line = CountingProxy.open("127.0.0.1", target);
                var clients = LaneClients.open(lane, plan, line.address(), tls, metrics);
                var publisher = HubPublisher.open(hub.address(), 1, size, System::nanoTime)) {
            ProxyCounts fromLine = line.count();
            LaneMetrics.Count from = metrics.count();
            publisher.rate(RATE);
            await(() -> publisher.published(0) >= EVENTS);
            publisher.rate(0);
            await(() -> metrics.count().deliveries() >= clients.expected(publisher));
            ProxyCounts bytes = line.count().minus(fromLine);
            LaneMetrics.Count count = metrics.count().minus(from);
            double events = Math.max(1, count.deliveries());
            return new ClientFootprint(
                    memory.isPresent() ? memory.getAsDouble() : null,
                    bytes.up() / events,
                    bytes.down() / events,
                    lane.isTls() ? count.plainUp() / events : null,
                    lane.isTls() ? count.plainDown() / events : null);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long beganNs = System.nanoTime();
        while (!condition.getAsBoolean() && System.nanoTime() - beganNs < WAIT_NS_MAX) Thread.sleep(LOOK_MS);
    }
}
