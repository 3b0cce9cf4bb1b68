package dev.sluice.lab.client;

import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Technique;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One client of a lane, on a thread of its own: reads a channel, connects again after each loss, and counts.
public final class LabClient implements AutoCloseable {
    private final @Nullable Transport transport;
    private final EventSink out;
    private final Route route;
    private final ReaderState reader;
    private final LaneMetrics metrics;
    private final Thread thread;
    private volatile boolean isOver;

    private LabClient(@Nullable Transport transport, Route route, ReaderState reader, LaneMetrics metrics) {
        this.transport = transport;
        out = transport instanceof EventSink own ? own : new HttpPublish(route);
        this.route = route;
        this.reader = reader;
        this.metrics = metrics;
        thread = Thread.ofVirtual().name("sluice-lab-client").unstarted(this::run);
    }

    /// Starts a client.
    ///
    /// @param channel of which it reads the events
    public static LabClient start(Technique lane, LabPlan plan, Route route, String channel, ReaderState reader) {
        // A client that only sends needs no stream, unless it is the connection on which to send.
        boolean isConnected = plan.direction().isDown() || lane == Technique.SSE_HTTP2 || lane == Technique.WEBSOCKET;
        var transport = isConnected ? Transports.of(lane, route, "/channels/" + channel, plan) : null;
        var client = new LabClient(transport, route, reader, route.metrics());
        if (isConnected) client.thread.start();
        else reader.ready();
        return client;
    }

    static LabClient start(Transport transport, Route route, ReaderState reader) {
        var client = new LabClient(transport, route, reader, route.metrics());
        client.thread.start();
        return client;
    }

    public ReaderState reader() {
        return reader;
    }

    /// Begins to publish, too.
    ///
    /// @param rate    events per second of this client
    /// @param numbers of all clients
    public PublishLoop send(int size, double rate, AtomicInteger numbers) {
        return PublishLoop.start(out, size, rate, numbers);
    }

    private void run() {
        var reading = Objects.requireNonNull(transport);
        int failures = 0;
        while (!isOver) {
            long before = reader.delivered();
            try {
                reading.read(reader);
            } catch (IOException lost) {
                if (!reader.isReady()) metrics.failed(lost);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException broken) {
                metrics.failed(broken);
                return;
            }
            failures = reader.delivered() > before ? 0 : failures + 1;
            if (!pause(reading.pauseMs(reader, failures))) return;
        }
    }

    private boolean pause(long milliseconds) {
        if (isOver) return false;
        try {
            Thread.sleep(milliseconds);
            return true;
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Closes its sockets, and waits for its thread.
    @Override
    public void close() {
        isOver = true;
        thread.interrupt();
        route.close();
        ThreadEnd.await(thread);
    }
}
