package dev.sluice.lab.page;

import dev.sluice.lab.client.Arrivals;
import dev.sluice.lab.client.LabClient;
import dev.sluice.lab.hub.LabHub;
import dev.sluice.lab.plan.Technique;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;

/// The events that the browser publishes over one lane, as they arrive at a reader beside the hub.
final class UpwardFeed implements AutoCloseable {
    /// The maximum number of latencies kept between two calls of [#takeLatenciesUs]; further ones are
    /// dropped.
    private static final int LATENCIES_MAX = 1_000;

    private final Arrivals arrivals;
    private final ArrayBlockingQueue<Long> latenciesUs;

    private UpwardFeed(Arrivals arrivals, ArrayBlockingQueue<Long> latenciesUs) {
        this.arrivals = arrivals;
        this.latenciesUs = latenciesUs;
    }

    static UpwardFeed open(Technique lane, LabHub hub) throws IOException, InterruptedException {
        var latenciesUs = new ArrayBlockingQueue<Long>(LATENCIES_MAX);
        String channel = LabClient.UP + "/" + lane.label();
        var arrivals = Arrivals.start(hub.address(), channel, LabSession::wallNs, ns -> latenciesUs.offer(ns / 1_000));
        return new UpwardFeed(arrivals, latenciesUs);
    }

    /// Returns the number of events that have arrived.
    long count() {
        return arrivals.metrics().count().deliveries();
    }

    /// Returns the latencies since the previous call, and removes them.
    List<Long> takeLatenciesUs() {
        List<Long> all = new ArrayList<>();
        latenciesUs.drainTo(all);
        return all;
    }

    @Override
    public void close() {
        arrivals.close();
    }
}
