package dev.sluice.lab.client;

import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Technique;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// Reads what clients publish, directly from the hub and not through the lines.
public final class Arrivals implements AutoCloseable {
    private static final long LOOK_MS = 2;

    private final LaneLoop loop;
    private final LaneMetrics metrics;

    private Arrivals(LaneLoop loop, LaneMetrics metrics) {
        this.loop = loop;
        this.metrics = metrics;
    }

    /// Starts reading. Blocks until the hub has accepted the subscription.
    ///
    /// @param channel   the channel to which clients publish
    /// @param clockNs   the clock from which events take their times
    /// @param latencyNs receives the latency of each event
    /// @throws IOException if the hub rejects the subscription
    public static Arrivals start(InetSocketAddress hub, String channel, LongSupplier clockNs, LongConsumer latencyNs)
            throws IOException, InterruptedException {
        var metrics = new LaneMetrics(latencyNs);
        var loop = LaneLoop.start(hub, RequestHeaders.BARE, null, metrics, clockNs);
        var reader = new ReaderState(metrics, false);
        new LabClient(Technique.FETCH_LINES, LabPlan.DEFAULT, loop, channel, reader).start(true);
        var arrivals = new Arrivals(loop, metrics);
        try {
            while (metrics.ready() == 0) {
                Exception failure = metrics.failure();
                if (failure != null) throw new IOException("the lab's hub refused a reader", failure);
                Thread.sleep(LOOK_MS);
            }
            return arrivals;
        } catch (IOException | InterruptedException failed) {
            arrivals.close();
            throw failed;
        }
    }

    public LaneMetrics metrics() {
        return metrics;
    }

    @Override
    public void close() {
        loop.close();
    }
}
