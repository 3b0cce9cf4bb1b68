package dev.sluice.lab.measure;

import dev.sluice.lab.client.Arrivals;
import dev.sluice.lab.client.Sender;
import dev.sluice.lab.client.Tally;
import dev.sluice.lab.hub.HubUsage;
import dev.sluice.lab.hub.LabHub;
import dev.sluice.lab.line.Line;
import dev.sluice.lab.line.LineCount;
import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Lane;
import dev.sluice.lab.report.Idle;
import dev.sluice.lab.report.LaneReport;
import dev.sluice.lab.report.Recovery;
import dev.sluice.lab.report.Upward;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Measures one lane on a hub that does nothing else. Figures are differences of two moments of steady traffic, so
/// that what a lane costs while nothing is published is part of them.
public final class LaneMeasurement {
    /// With fewer clients the differences of a heap's size are chance.
    private static final int CLIENTS_FOR_MEMORY = 50;

    /// At the end the measurement waits for events in flight for as long as some arrive.
    private static final long QUIET_NS_MAX = 3_000_000_000L;

    /// Events with which clients began have passed by then.
    private static final Duration SETTLE = Duration.ofMillis(200);

    /// The hub's heartbeats, which cost something too, come every 15 s.
    private static final Duration IDLE_MAX = Duration.ofSeconds(15);

    private static final Duration COST_MAX = Duration.ofSeconds(3);

    private static final long RECOVERY_NS_MAX = 60_000_000_000L;
    private static final long LOOK_MS = 5;

    /// While the line is cut, each channel has enough events to tell when clients are back.
    private static final double CUT_RATE_MIN = 20;

    private final Lane lane;
    private final LabPlan plan;
    private final LabHub hub;
    private final @Nullable SSLContext tls;
    private final Tally tally = new Tally();

    /// @param tls trusts the hub; null: the lane needs none
    public LaneMeasurement(Lane lane, LabPlan plan, LabHub hub, @Nullable SSLContext tls) {
        this.lane = lane;
        this.plan = plan;
        this.hub = hub;
        this.tls = tls;
    }

    /// All counts of one moment.
    private record Moment(long ns, LineCount line, Tally.Count tally, long arrived, Optional<HubUsage> usage) {}

    /// Only drives the lane for as long as it would be measured.
    ///
    /// @throws IOException if the hub refuses a client, or ends
    public void drive() throws IOException, InterruptedException {
        try (var line = Line.open("127.0.0.1", target());
                var readers = Readers.open(lane, plan, line.address(), tls, tally);
                var publisher = Publisher.open(hub.address(), plan.channels(), plan.size(), System::nanoTime)) {
            publisher.rate(plan.rate());
            var senders = readers.send(plan.rate());
            Thread.sleep(plan.duration());
            for (var each : senders) each.close();
        }
    }

    private InetSocketAddress target() {
        return lane.isTls() ? hub.tlsAddress().orElseThrow() : hub.address();
    }

    /// Measures. Blocks until it is over.
    ///
    /// @throws IOException if the hub refuses a client, or ends
    public LaneReport run() throws IOException, InterruptedException {
        boolean isWithMemory = plan.clients() >= CLIENTS_FOR_MEMORY;
        OptionalLong memoryBefore = isWithMemory ? hub.liveBytes() : OptionalLong.empty();
        Duration time = plan.duration().compareTo(COST_MAX) < 0 ? plan.duration() : COST_MAX;
        HubCost cost;
        try (var publisher = Publisher.open(hub.address(), plan.channels(), plan.size(), System::nanoTime)) {
            cost = HubCost.measure(plan, hub, publisher, time);
        }
        try (var line = Line.open("127.0.0.1", target());
                var readers = Readers.open(lane, plan, line.address(), tls, tally);
                var publisher = Publisher.open(hub.address(), plan.channels(), plan.size(), System::nanoTime);
                var arrivals = Arrivals.start(hub.address(), plan.size())) {
            OptionalLong memoryOpen = isWithMemory ? hub.liveBytes() : OptionalLong.empty();
            Idle idle = idle(line, arrivals, cost);
            if (plan.direction().isDown()) publisher.rate(plan.rate());
            List<Sender> senders = plan.direction().isUp() ? readers.send(plan.rate()) : List.of();
            Thread.sleep(plan.warmup());
            Moment from = moment(line, arrivals);
            tally.measure(from.ns, from.ns + plan.duration().toNanos());
            arrivals.tally().measure(from.ns, from.ns + plan.duration().toNanos());
            Thread.sleep(plan.duration());
            Moment to = moment(line, arrivals);
            publisher.rate(0);
            for (var each : senders) each.close();
            int connections = line.connections();
            drain(readers, publisher);
            long sent = senders.stream().mapToLong(Sender::sent).sum();
            drain(arrivals, sent);
            Tally.Count end = tally.count();
            long lost = readers.expected(publisher) - end.deliveries();
            boolean isCut = plan.cut().isPositive() && plan.direction().isDown();
            Recovery recovery = isCut ? cut(line, readers, publisher, lost) : null;
            return report(
                    cost,
                    from,
                    to,
                    connections,
                    plan.direction().isUp() ? upward(from, to, arrivals, sent) : null,
                    lost,
                    end.repeated(),
                    perClient(memoryBefore, memoryOpen),
                    idle,
                    recovery);
        }
    }

    private OptionalDouble perClient(OptionalLong before, OptionalLong open) {
        return before.isEmpty() || open.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of((open.getAsLong() - before.getAsLong()) / (double) plan.clients());
    }

    private static Upward upward(Moment from, Moment to, Arrivals arrivals, long sent) {
        return new Upward(
                to.arrived - from.arrived,
                arrivals.tally().latency(),
                sent - arrivals.tally().count().deliveries());
    }

    private Moment moment(Line line, Arrivals arrivals) {
        return new Moment(
                System.nanoTime(),
                line.count(),
                tally.count(),
                arrivals.tally().count().deliveries(),
                hub.usage());
    }

    /// Waits for what clients have sent.
    private static void drain(Arrivals arrivals, long sent) throws InterruptedException {
        long beganNs = System.nanoTime();
        while (arrivals.tally().count().deliveries() < sent && System.nanoTime() - beganNs < QUIET_NS_MAX) {
            Thread.sleep(LOOK_MS);
        }
    }

    /// Measures what clients cost while they wait. A polling client has asked once in an interval, whenever it began.
    private Idle idle(Line line, Arrivals arrivals, HubCost cost) throws InterruptedException {
        Thread.sleep(SETTLE);
        Moment from = moment(line, arrivals);
        Duration time = plan.duration().compareTo(IDLE_MAX) < 0 ? plan.duration() : IDLE_MAX;
        boolean isShort = lane == Lane.POLLING && time.compareTo(plan.interval()) < 0;
        Thread.sleep(isShort ? plan.interval() : time);
        Moment to = moment(line, arrivals);
        double seconds = (to.ns - from.ns) / 1e9;
        double each = seconds * plan.clients();
        var bytes = to.line.minus(from.line);
        return new Idle(
                seconds,
                bytes.up() / each,
                bytes.down() / each,
                to.tally.minus(from.tally).requests() / each,
                HubCost.addedUs(cpuNs(from, to), cost.idleNs(), seconds, each));
    }

    private static OptionalDouble cpuNs(Moment from, Moment to) {
        return from.usage.isPresent() && to.usage.isPresent()
                ? OptionalDouble.of(
                        (double) to.usage.get().cpuNs() - from.usage.get().cpuNs())
                : OptionalDouble.empty();
    }

    /// Waits for the deliveries that are due, as long as some arrive; a polling client asks after its interval only.
    private void drain(Readers readers, Publisher publisher) throws IOException, InterruptedException {
        long quietNs = QUIET_NS_MAX + (lane == Lane.POLLING ? plan.interval().toNanos() : 0);
        long last = -1;
        long lastNs = System.nanoTime();
        while (tally.count().deliveries() < readers.expected(publisher)) {
            publisher.check();
            long now = tally.count().deliveries();
            if (now != last) {
                last = now;
                lastNs = System.nanoTime();
            }
            if (System.nanoTime() - lastNs > quietNs) return;
            Thread.sleep(LOOK_MS);
        }
        publisher.check();
    }

    /// Cuts the line while events go on, mends it, and waits for all clients.
    ///
    /// @param lostBefore deliveries
    private Recovery cut(Line line, Readers readers, Publisher publisher, long lostBefore)
            throws IOException, InterruptedException {
        long repeatedBefore = tally.count().repeated();
        publisher.rate(Math.max(plan.rate(), CUT_RATE_MIN * plan.channels()));
        Thread.sleep(Duration.ofMillis(500)); // Clients that read something before have something to resume from.
        line.cut();
        Thread.sleep(plan.cut());
        long mendedNs = System.nanoTime();
        readers.mark(mendedNs);
        line.mend();
        while (readers.afterMark() < plan.clients() && System.nanoTime() - mendedNs < RECOVERY_NS_MAX) {
            publisher.check();
            Thread.sleep(LOOK_MS);
        }
        publisher.rate(0);
        drain(readers, publisher);
        var back = readers.afterMarkNs();
        Tally.Count count = tally.count();
        return new Recovery(
                plan.cut().toNanos() / 1e9,
                back.isEmpty() ? Double.POSITIVE_INFINITY : (back.get((back.size() - 1) / 2) - mendedNs) / 1e9,
                back.size() < plan.clients() ? Double.POSITIVE_INFINITY : (back.getLast() - mendedNs) / 1e9,
                readers.expected(publisher) - count.deliveries() - lostBefore,
                count.repeated() - repeatedBefore);
    }

    private LaneReport report(
            HubCost cost,
            Moment from,
            Moment to,
            int connections,
            @Nullable Upward upward,
            long lost,
            long repeated,
            OptionalDouble perClient,
            Idle idle,
            @Nullable Recovery recovery) {
        double seconds = (to.ns - from.ns) / 1e9;
        var bytes = to.line.minus(from.line);
        var counts = to.tally.minus(from.tally);
        double events = Math.max(1, counts.deliveries() + (upward == null ? 0 : upward.arrived()));
        OptionalDouble cpuNs = cpuNs(from, to);
        return new LaneReport(
                lane,
                seconds,
                counts.deliveries(),
                tally.latency(),
                upward,
                bytes.up() / events,
                bytes.down() / events,
                lane.isTls() ? OptionalDouble.of(counts.plainUp() / events) : OptionalDouble.empty(),
                lane.isTls() ? OptionalDouble.of(counts.plainDown() / events) : OptionalDouble.empty(),
                counts.requests() / events,
                connections,
                bytes.connections(),
                HubCost.addedUs(cpuNs, cost.publishNs(), seconds, events),
                cpuNs.isEmpty() ? cpuNs : OptionalDouble.of(cpuNs.getAsDouble() / 1e9 / seconds),
                cost.publishNs().isEmpty()
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(cost.publishNs().getAsDouble() / 1e9),
                perClient,
                lost,
                repeated,
                idle,
                recovery);
    }
}
