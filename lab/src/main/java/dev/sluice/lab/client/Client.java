package dev.sluice.lab.client;

import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Lane;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One client of a lane, on a thread of its own: reads a channel, connects again after each loss, and counts.
public final class Client implements AutoCloseable {
    private final @Nullable Transport transport;
    private final Outgoing out;
    private final Route route;
    private final Reader reader;
    private final Tally tally;
    private final Thread thread;
    private volatile boolean isOver;

    private Client(@Nullable Transport transport, Route route, Reader reader, Tally tally) {
        this.transport = transport;
        out = transport instanceof Outgoing own ? own : new Post(route);
        this.route = route;
        this.reader = reader;
        this.tally = tally;
        thread = Thread.ofVirtual().name("sluice-lab-client").unstarted(this::run);
    }

    /// Starts a client.
    ///
    /// @param channel of which it reads the events
    public static Client start(Lane lane, LabPlan plan, Route route, String channel, Reader reader) {
        // A client that only sends needs no stream, unless it is the connection on which to send.
        boolean isConnected = plan.direction().isDown() || lane == Lane.SSE_HTTP2 || lane == Lane.WEBSOCKET;
        var transport = isConnected ? Transports.of(lane, route, "/channels/" + channel, plan) : null;
        var client = new Client(transport, route, reader, route.tally());
        if (isConnected) client.thread.start();
        else reader.ready();
        return client;
    }

    static Client start(Transport transport, Route route, Reader reader) {
        var client = new Client(transport, route, reader, route.tally());
        client.thread.start();
        return client;
    }

    public Reader reader() {
        return reader;
    }

    /// Begins to publish, too.
    ///
    /// @param rate    events per second of this client
    /// @param numbers of all clients
    public Sender send(int size, double rate, AtomicLong numbers) {
        return Sender.start(out, size, rate, numbers);
    }

    private void run() {
        var reading = Objects.requireNonNull(transport);
        int failures = 0;
        while (!isOver) {
            long before = reader.delivered();
            try {
                reading.read(reader);
            } catch (IOException lost) {
                if (!reader.isReady()) tally.failed(lost);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException broken) {
                tally.failed(broken);
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
        Ending.await(thread);
    }
}
