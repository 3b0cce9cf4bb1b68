package dev.sluice.lab.measure;

import dev.sluice.lab.client.LabClient;
import dev.sluice.lab.client.LaneLoop;
import dev.sluice.lab.client.LaneMetrics;
import dev.sluice.lab.client.ReaderState;
import dev.sluice.lab.client.RequestHeaders;
import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Technique;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// All clients of a lane.
final class LaneClients implements AutoCloseable {
    /// The maximum number of clients that are starting at a time: more would overflow the backlog of a
    /// listening socket.
    private static final int STARTING_MAX = 64;

    /// The maximum number of TLS handshakes at a time: with more of them, a busy machine would exceed the
    /// hub's handshake timeout.
    private static final int HANDSHAKES_MAX = 8;

    private static final long READY_NS_MAX = 60_000_000_000L;
    private static final long LOOK_MS = 2;

    private final LabPlan plan;
    private final LaneMetrics metrics;
    private final LaneLoop loop;
    private final List<LabClient> clients = new ArrayList<>();

    private LaneClients(LabPlan plan, LaneMetrics metrics, LaneLoop loop) {
        this.plan = plan;
        this.metrics = metrics;
        this.loop = loop;
    }

    /// Starts all clients and waits until the hub has accepted each subscription.
    ///
    /// @throws IOException if the hub rejects one
    static LaneClients open(
            Technique lane, LabPlan plan, InetSocketAddress line, @Nullable SSLContext tls, LaneMetrics metrics)
            throws IOException, InterruptedException {
        var headers = plan.isBare() ? RequestHeaders.BARE : RequestHeaders.BROWSER;
        var loop = LaneLoop.start(line, headers, lane.isTls() ? tls : null, metrics, System::nanoTime);
        var clients = new LaneClients(plan, metrics, loop);
        try {
            for (int i = 0; i < plan.clients(); i++) {
                clients.await(i - (lane.isTls() ? HANDSHAKES_MAX : STARTING_MAX));
                String channel = HubPublisher.channel(plan.channelOf(i));
                var client = new LabClient(lane, plan, loop, channel, new ReaderState(metrics, true));
                client.start(plan.direction().isDown());
                clients.clients.add(client);
            }
            clients.await(plan.clients());
            return clients;
        } catch (IOException | InterruptedException failed) {
            clients.close();
            throw failed;
        }
    }

    private void await(int ready) throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        while (metrics.ready() < ready) {
            Exception failure = metrics.failure();
            if (failure != null) throw new IOException("a client could not start: " + failure.getMessage(), failure);
            if (System.nanoTime() - beganNs > READY_NS_MAX) {
                throw new IOException(
                        String.format(Locale.ROOT, "of %,d clients only %,d could start", ready, metrics.ready()));
            }
            Thread.sleep(LOOK_MS);
        }
    }

    /// Starts publishing as well, at this total rate.
    void send(double rate) throws InterruptedException {
        var numbers = new AtomicInteger();
        loop.call(() -> {
            for (var each : clients) each.send(plan.size(), rate / plan.clients(), numbers);
            return true;
        });
    }

    /// Stops publishing.
    ///
    /// @return the number of events that were handed to connections
    long stopSending() throws InterruptedException {
        return loop.call(
                () -> clients.stream().mapToLong(LabClient::stopSending).sum());
    }

    /// Returns the number of deliveries that are due once everything published has arrived.
    long expected(HubPublisher publisher) {
        long sum = 0;
        for (int i = 0; i < plan.clients(); i++) sum += publisher.published(plan.channelOf(i));
        return sum;
    }

    /// Starts waiting for events published at or after this time.
    void mark(long publishedNs) {
        for (var each : clients) each.reader().mark(publishedNs);
    }

    /// Returns the number of clients that have received such an event.
    long afterMark() {
        return clients.stream().filter(each -> each.reader().afterMarkNs() != 0).count();
    }

    /// Returns when each of those clients received its first such event, the earliest first.
    List<Long> afterMarkNs() {
        return clients.stream()
                .map(each -> each.reader().afterMarkNs())
                .filter(ns -> ns != 0)
                .sorted()
                .toList();
    }

    @Override
    public void close() {
        loop.close();
    }
}
