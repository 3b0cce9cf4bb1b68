package dev.sluice.lab.measure;

import dev.sluice.lab.client.Arrivals;
import dev.sluice.lab.client.LabClient;
import dev.sluice.lab.client.LaneMetrics;
import dev.sluice.lab.hub.LabHub;
import dev.sluice.lab.line.CountingProxy;
import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Technique;
import dev.sluice.lab.report.IdleCost;
import dev.sluice.lab.report.LaneReport;
import dev.sluice.lab.report.Latency;
import dev.sluice.lab.report.RecoveryReport;
import dev.sluice.lab.report.TrafficReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalDouble;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Measures one lane on a hub that does nothing else. Figures are differences between two moments of steady
/// traffic, so they include what a lane costs while nothing is published.
public final class LaneMeasurement {
    /// After the last publish, the measurement waits for events in flight until none has arrived for this
    /// long.
    private static final long QUIET_NS_MAX = 3_000_000_000L;

    /// The time after which the events that clients received at their start no longer count.
    private static final Duration SETTLE = Duration.ofMillis(200);

    /// The maximum length of the idle phase: the interval of the hub's heartbeats, so that a long measurement
    /// includes the cost of one.
    private static final Duration IDLE_MAX = Duration.ofSeconds(15);

    private static final Duration COST_MAX = Duration.ofSeconds(3);

    private static final long RECOVERY_NS_MAX = 60_000_000_000L;
    private static final long LOOK_MS = 5;

    /// The minimum rate while the line is cut, so that each channel soon has an event that shows when its
    /// clients are back.
    private static final double CUT_RATE_MIN = 20;

    private final Technique lane;
    private final LabPlan plan;
    private final LabHub hub;
    private final @Nullable SSLContext tls;
    private final LaneMetrics metrics = new LaneMetrics();

    /// @param tls a context that trusts the hub; null if the lane needs no TLS
    public LaneMeasurement(Technique lane, LabPlan plan, LabHub hub, @Nullable SSLContext tls) {
        this.lane = lane;
        this.plan = plan;
        this.hub = hub;
        this.tls = tls;
    }

    /// Drives the lane for as long as a measurement would take, without measuring.
    ///
    /// @throws IOException if the hub refuses a client, or ends
    public void drive() throws IOException, InterruptedException {
        try (var line = CountingProxy.open("127.0.0.1", target());
                var clients = LaneClients.open(lane, plan, line.address(), tls, metrics);
                var publisher = HubPublisher.open(hub.address(), plan.channels(), plan.size(), System::nanoTime)) {
            publisher.rate(plan.rate());
            clients.send(plan.rate());
            Thread.sleep(plan.duration());
        }
    }

    private InetSocketAddress target() {
        return lane.isTls() ? hub.tlsAddress().orElseThrow() : hub.address();
    }

    /// Measures the lane. Blocks until the measurement is complete.
    ///
    /// @throws IOException if the hub refuses a client, or ends
    public LaneReport run() throws IOException, InterruptedException {
        Duration time = plan.duration().compareTo(COST_MAX) < 0 ? plan.duration() : COST_MAX;
        HubCost cost;
        try (var publisher = HubPublisher.open(hub.address(), plan.channels(), plan.size(), System::nanoTime)) {
            cost = HubCost.measure(plan, hub, publisher, time);
        }
        // By now the hub has released the clients of the previous lane.
        OptionalDouble memory = ClientMemory.measure(lane, plan.size(), hub, tls);
        try (var line = CountingProxy.open("127.0.0.1", target());
                var clients = LaneClients.open(lane, plan, line.address(), tls, metrics);
                var publisher = HubPublisher.open(hub.address(), plan.channels(), plan.size(), System::nanoTime);
                var arrivals = Arrivals.start(hub.address(), LabClient.UP, System::nanoTime, _ -> {})) {
            IdleCost idle = idle(line, arrivals, cost);
            // The directions are measured one after the other, so that the cost of each is known.
            @Nullable
            TrafficReport delivered =
                    plan.direction().isDown() ? delivered(line, clients, publisher, arrivals, cost) : null;
            @Nullable
            TrafficReport published = plan.direction().isUp() ? published(line, clients, arrivals, cost) : null;
            int connections = line.connections();
            @Nullable
            RecoveryReport recovery =
                    delivered == null || plan.cut().isZero() ? null : cut(line, clients, publisher, delivered.lost());
            return new LaneReport(
                    lane,
                    delivered,
                    published,
                    connections,
                    cost.publishNs().isEmpty()
                            ? OptionalDouble.empty()
                            : OptionalDouble.of(cost.publishNs().getAsDouble() / 1e9),
                    memory,
                    idle,
                    recovery);
        }
    }

    private Snapshot moment(CountingProxy line, Arrivals arrivals) {
        return Snapshot.now(line, metrics, arrivals, hub);
    }

    private TrafficReport delivered(
            CountingProxy line, LaneClients clients, HubPublisher publisher, Arrivals arrivals, HubCost cost)
            throws IOException, InterruptedException {
        publisher.rate(plan.rate());
        Thread.sleep(plan.warmup());
        Snapshot from = moment(line, arrivals);
        metrics.measure(from.ns(), from.ns() + plan.duration().toNanos());
        Thread.sleep(plan.duration());
        Snapshot to = moment(line, arrivals);
        publisher.rate(0);
        drain(clients, publisher);
        LaneMetrics.Count end = metrics.count();
        long events = to.metrics().minus(from.metrics()).deliveries();
        long lost = clients.expected(publisher) - end.deliveries();
        return report(from, to, events, metrics.latency(), cost.publishNs(), lost, end.repeated());
    }

    private TrafficReport published(CountingProxy line, LaneClients clients, Arrivals arrivals, HubCost cost)
            throws InterruptedException {
        clients.send(plan.rate());
        Thread.sleep(plan.warmup());
        Snapshot from = moment(line, arrivals);
        arrivals.metrics().measure(from.ns(), from.ns() + plan.duration().toNanos());
        Thread.sleep(plan.duration());
        Snapshot to = moment(line, arrivals);
        long sent = clients.stopSending();
        drain(arrivals, sent);
        long lost = sent - arrivals.metrics().count().deliveries();
        return report(
                from, to, to.arrived() - from.arrived(), arrivals.metrics().latency(), cost.idleNs(), lost, 0);
    }

    /// Waits until the published events have arrived.
    private static void drain(Arrivals arrivals, long sent) throws InterruptedException {
        long beganNs = System.nanoTime();
        while (arrivals.metrics().count().deliveries() < sent && System.nanoTime() - beganNs < QUIET_NS_MAX) {
            Thread.sleep(LOOK_MS);
        }
    }

    /// Measures what clients cost while they wait. The phase covers one polling interval, so each polling
    /// client asks once, whenever it started.
    private IdleCost idle(CountingProxy line, Arrivals arrivals, HubCost cost) throws InterruptedException {
        Thread.sleep(SETTLE);
        Snapshot from = moment(line, arrivals);
        Duration time = plan.duration().compareTo(IDLE_MAX) < 0 ? plan.duration() : IDLE_MAX;
        boolean isShort = lane == Technique.POLLING && time.compareTo(plan.interval()) < 0;
        Thread.sleep(isShort ? plan.interval() : time);
        Snapshot to = moment(line, arrivals);
        double seconds = to.secondsSince(from);
        double each = seconds * plan.clients();
        var bytes = to.line().minus(from.line());
        return new IdleCost(
                seconds,
                bytes.up() / each,
                bytes.down() / each,
                to.metrics().minus(from.metrics()).requests() / each,
                HubCost.addedUs(to.cpuNsSince(from), cost.idleNs(), seconds, each));
    }

    /// Waits for the outstanding deliveries as long as some arrive. A polling client asks only after its
    /// interval.
    private void drain(LaneClients clients, HubPublisher publisher) throws IOException, InterruptedException {
        long quietNs =
                QUIET_NS_MAX + (lane == Technique.POLLING ? plan.interval().toNanos() : 0);
        long last = -1;
        long lastNs = System.nanoTime();
        while (metrics.count().deliveries() < clients.expected(publisher)) {
            publisher.check();
            long now = metrics.count().deliveries();
            if (now != last) {
                last = now;
                lastNs = System.nanoTime();
            }
            if (System.nanoTime() - lastNs > quietNs) return;
            Thread.sleep(LOOK_MS);
        }
        publisher.check();
    }

    /// Cuts the line while events are published, restores it, and waits for all clients.
    ///
    /// @param lostBefore the deliveries lost before the cut
    private RecoveryReport cut(CountingProxy line, LaneClients clients, HubPublisher publisher, long lostBefore)
            throws IOException, InterruptedException {
        long repeatedBefore = metrics.count().repeated();
        publisher.rate(Math.max(plan.rate(), CUT_RATE_MIN * plan.channels()));
        Thread.sleep(Duration.ofMillis(500)); // Clients that have read something have a cursor to resume from.
        line.cut();
        Thread.sleep(plan.cut());
        long mendedNs = System.nanoTime();
        clients.mark(mendedNs);
        line.mend();
        while (clients.afterMark() < plan.clients() && System.nanoTime() - mendedNs < RECOVERY_NS_MAX) {
            publisher.check();
            Thread.sleep(LOOK_MS);
        }
        publisher.rate(0);
        drain(clients, publisher);
        var back = clients.afterMarkNs();
        LaneMetrics.Count count = metrics.count();
        return new RecoveryReport(
                plan.cut().toNanos() / 1e9,
                back.isEmpty() ? Double.POSITIVE_INFINITY : (back.get((back.size() - 1) / 2) - mendedNs) / 1e9,
                back.size() < plan.clients() ? Double.POSITIVE_INFINITY : (back.getLast() - mendedNs) / 1e9,
                clients.expected(publisher) - count.deliveries() - lostBefore,
                count.repeated() - repeatedBefore);
    }

    /// @param without the hub's processor time per second without these events
    private TrafficReport report(
            Snapshot from, Snapshot to, long count, Latency latency, OptionalDouble without, long lost, long repeated) {
        double seconds = to.secondsSince(from);
        var bytes = to.line().minus(from.line());
        var counts = to.metrics().minus(from.metrics());
        double events = Math.max(1, count);
        OptionalDouble cpuNs = to.cpuNsSince(from);
        return new TrafficReport(
                seconds,
                count,
                latency,
                bytes.up() / events,
                bytes.down() / events,
                lane.isTls() ? OptionalDouble.of(counts.plainUp() / events) : OptionalDouble.empty(),
                lane.isTls() ? OptionalDouble.of(counts.plainDown() / events) : OptionalDouble.empty(),
                counts.requests() / events,
                bytes.connections(),
                HubCost.addedUs(cpuNs, without, seconds, events),
                cpuNs.isEmpty() ? cpuNs : OptionalDouble.of(cpuNs.getAsDouble() / 1e9 / seconds),
                lost,
                repeated);
    }
}
