package dev.sluice.lab.page;

import dev.sluice.lab.hub.HubUsage;
import dev.sluice.lab.hub.LabHub;
import dev.sluice.lab.line.CountingProxy;
import dev.sluice.lab.line.ProxyCounts;
import dev.sluice.lab.measure.ClientFootprint;
import dev.sluice.lab.measure.HubPublisher;
import dev.sluice.lab.measure.LaneMeasurement;
import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.LabTls;
import dev.sluice.lab.plan.Technique;
import dev.sluice.wire.Trust;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The lab of one visitor: a hub in a separate process, a line for each lane, a publisher, and readers for
/// the events that the browser publishes. The session id has 122 random bits and gives access to this lab
/// only.
final class LabSession implements AutoCloseable {
    static final double RATE_MAX = 500;
    static final int SIZE_MAX = 16 << 10;
    static final int CHANNELS_MAX = 6;
    private static final Duration WARMING = Duration.ofMillis(500);

    /// The timeout for an answer of the hub: a hub that hangs must not keep the lab from ending.
    private static final Duration ANSWER_TIME = Duration.ofSeconds(1);

    /// The lab's hub closes a stalled connection after 10 s, so that a visitor who unplugs a client soon sees
    /// which side notices.
    private static final Map<String, String> HUB_SETTINGS = Map.of("delivery.stall_time", "10s");

    private final String id = UUID.randomUUID().toString();
    private final LabHub hub;
    private final @Nullable LabTls tls;
    private final Map<Technique, CountingProxy> lines = new EnumMap<>(Technique.class);
    private final Map<Technique, UpwardFeed> feeds = new EnumMap<>(Technique.class);
    private @Nullable HubPublisher publisher;
    private volatile boolean isClosed;
    private @Nullable FutureTask<Long> asked;
    private long allocatedBytes;

    /// The counts at one moment.
    ///
    /// @param ms             the wall clock
    /// @param published      events published so far
    /// @param cpuMs          the hub's processor time so far; null if this system does not report it
    /// @param rssBytes       the hub's memory; null if this system does not report it
    /// @param allocatedBytes bytes that the hub has allocated on its heap so far
    record Figures(
            long ms,
            long published,
            @Nullable Double cpuMs,
            @Nullable Long rssBytes,
            long allocatedBytes,
            Map<String, LaneFigures> lanes) {}

    /// @param open     open connections
    /// @param arrived  events that the browser published and that have arrived
    /// @param upwardUs the latencies of these events since the previous figures: sent by the browser's clock,
    ///                 received by this one
    record LaneFigures(int open, long connections, long up, long down, long arrived, List<Long> upwardUs) {}

    private LabSession(LabHub hub, @Nullable LabTls tls) {
        this.hub = hub;
        this.tls = tls;
    }

    /// Starts the hub and the lines. Blocks for about a second.
    static LabSession start(Visitor visitor, @Nullable LabTls tls) throws IOException, InterruptedException {
        var hub = LabHub.start(tls, visitor.origins(), List.of(visitor.name(), visitor.lineName()), HUB_SETTINGS);
        var session = new LabSession(hub, tls);
        try {
            session.open(visitor);
            return session;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            session.close();
            throw failed;
        }
    }

    private void open(Visitor visitor) throws IOException, InterruptedException {
        publisher = HubPublisher.open(hub.address(), CHANNELS_MAX, 100, LabSession::wallNs);
        publisher.channels(1);
        for (var lane : Technique.values()) {
            if (lane.isTls() && tls == null) continue;
            var target = lane.isTls() ? hub.tlsAddress().orElseThrow() : hub.address();
            lines.put(lane, CountingProxy.open(visitor.bindHost(), target, visitor.address()));
            feeds.put(lane, UpwardFeed.open(lane, hub));
        }
    }

    /// Returns the time of the wall clock, which a browser has, too.
    static long wallNs() {
        var now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    String id() {
        return id;
    }

    Map<Technique, CountingProxy> lines() {
        return lines;
    }

    private HubPublisher publisher() {
        HubPublisher opened = publisher;
        if (opened == null) throw new IllegalStateException("the lab has not started");
        return opened;
    }

    void publish(double rate, int size, int channels) {
        publisher().size(size);
        publisher().channels(channels);
        publisher().rate(rate);
    }

    /// Returns the current figures. Called by one thread only.
    ///
    /// @throws IOException if the hub has ended
    Figures figures() throws IOException, InterruptedException {
        if (!hub.isRunning()) throw new IOException("the lab's hub has ended");
        publisher().check();
        Map<String, LaneFigures> lanes = new LinkedHashMap<>();
        lines.forEach((lane, line) -> lanes.put(lane.label(), figures(lane, line)));
        HubUsage usage = hub.usage().orElse(null);
        return new Figures(
                System.currentTimeMillis(),
                publisher().published(),
                usage == null ? null : usage.cpuNs() / 1e6,
                usage == null ? null : usage.rssBytes(),
                allocatedBytes(),
                lanes);
    }

    /// Returns the hub's answer, or its previous answer if the hub is too slow because its heap is being
    /// collected or because it hangs.
    private long allocatedBytes() throws IOException, InterruptedException {
        if (asked == null) {
            asked = new FutureTask<>(hub::allocatedBytes);
            Thread.ofVirtual().name("sluice-lab-allocated").start(asked);
        }
        try {
            allocatedBytes = asked.get(ANSWER_TIME.toMillis(), TimeUnit.MILLISECONDS);
            asked = null;
        } catch (TimeoutException late) {
            return allocatedBytes; // The next call waits for the same answer.
        } catch (ExecutionException ended) {
            throw new IOException("the lab's hub has ended", ended);
        }
        return allocatedBytes;
    }

    private LaneFigures figures(Technique lane, CountingProxy line) {
        ProxyCounts count = line.count();
        UpwardFeed feed = Objects.requireNonNull(feeds.get(lane));
        return new LaneFigures(
                line.connections(),
                count.connections(),
                count.up(),
                count.down(),
                feed.count(),
                feed.takeLatenciesUs());
    }

    /// Returns the hub's open streams by transport.
    Map<String, Integer> streams() throws IOException {
        return hub.streams();
    }

    /// Drives each lane for a moment with the lab's own clients. Blocks.
    void warm() throws IOException, InterruptedException {
        for (var lane : lines.keySet()) {
            new LaneMeasurement(lane, LabPlan.warming(lane, WARMING), hub, trust()).drive();
        }
    }

    /// Measures what a browser can't open or can't report. Blocks.
    ClientFootprint footprint(Technique lane, int size) throws IOException, InterruptedException {
        return ClientFootprint.measure(lane, size, hub, trust());
    }

    private @Nullable SSLContext trust() throws IOException {
        return tls == null ? null : Trust.in(tls.authority());
    }

    /// Cuts a line for the given time. Blocks.
    void cut(CountingProxy line, Duration time) throws InterruptedException {
        line.cut();
        try {
            Thread.sleep(time);
        } finally {
            line.mend();
        }
    }

    /// Returns true if the visitor has left or the time limit has been reached.
    boolean isClosed() {
        return isClosed;
    }

    @Override
    public void close() {
        isClosed = true;
        if (publisher != null) publisher.close();
        feeds.values().forEach(UpwardFeed::close);
        lines.values().forEach(CountingProxy::close);
        hub.close();
    }
}
