package dev.sluice.lab.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// Reads what clients publish, directly from the hub and past the lines.
public final class Arrivals implements AutoCloseable {
    private static final long LOOK_MS = 2;

    private final LabClient client;
    private final LaneMetrics metrics;

    private Arrivals(LabClient client, LaneMetrics metrics) {
        this.client = client;
        this.metrics = metrics;
    }

    /// Begins to read. Blocks until the hub has accepted the subscription.
    ///
    /// @param channel   to which clients publish
    /// @param clockNs   of the times in events
    /// @param latencyNs gets the latency of each event
    /// @throws IOException if the hub does not accept it
    public static Arrivals start(InetSocketAddress hub, String channel, LongSupplier clockNs, LongConsumer latencyNs)
            throws IOException, InterruptedException {
        var metrics = new LaneMetrics(latencyNs);
        var route = Route.to(hub, RequestHeaders.BARE, null, metrics);
        var reader = new ReaderState(metrics, clockNs, false);
        var stream = new HttpStream(route, "/channels/" + channel, StreamFormat.LINES);
        var arrivals = new Arrivals(LabClient.start(stream, route, reader), metrics);
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
        client.close();
    }
}
