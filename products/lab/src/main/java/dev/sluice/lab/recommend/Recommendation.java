package dev.sluice.lab.recommend;

import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Technique;
import dev.sluice.lab.recommend.Candidate.Refusal;
import dev.sluice.lab.recommend.Requirements.Surrounding;
import dev.sluice.lab.report.LabReport;
import dev.sluice.lab.report.LaneReport;
import dev.sluice.lab.report.TrafficReport;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The transport recommended for given requirements: among the lanes that meet them, the one that costs least
/// by the chosen measure.
///
/// A lane's cost is linear in the measured figures: the cost of a waiting client, plus the cost of each event
/// that it receives or publishes, multiplied by the number of readers and the rates. A polling client polls
/// as rarely as the required freshness permits, and its cost while it waits is inversely proportional to its
/// interval.
///
/// @param candidates all measured lanes: those that meet the requirements, the cheapest first, then the
///                   others
public record Recommendation(Requirements need, List<Candidate> candidates) {
    private static final Set<Technique> STREAMS =
            Set.of(Technique.SSE, Technique.SSE_HTTP2, Technique.FETCH_LINES, Technique.FETCH_TEXT);

    /// The lanes that hold one of a browser's six HTTP/1.1 connections all the time.
    private static final Set<Technique> HOLDING =
            Set.of(Technique.LONG_POLLING, Technique.SSE, Technique.FETCH_LINES, Technique.FETCH_TEXT);

    public static Recommendation of(Requirements need, LabReport report) {
        var candidates = report.lanes().stream()
                .map(lane -> candidate(need, lane, report.plan()))
                .sorted(Comparator.comparing((Candidate each) -> each.refusal() != null)
                        .thenComparingDouble(each -> each.cost(need.measure())))
                .toList();
        return new Recommendation(need, candidates);
    }

    /// Returns the best candidate, or empty if no lane meets the requirements.
    public Optional<Candidate> best() {
        return candidates.stream().filter(each -> each.refusal() == null).findFirst();
    }

    private static Candidate candidate(Requirements need, LaneReport lane, LabPlan plan) {
        TrafficReport delivered = lane.delivered();
        TrafficReport published = need.sendRate() > 0 ? lane.published() : null;
        if (delivered == null || (published == null && need.sendRate() > 0)) {
            return new Candidate(lane.lane(), 0, 0, 0, null, Refusal.UNMEASURED);
        }
        boolean isPolling = lane.lane() == Technique.POLLING;
        double freshMs = need.freshness().toNanos() / 1e6;
        double measuredMs = plan.interval().toNanos() / 1e6;
        // The slowest events of a poll arrive one interval and one request after they were published.
        double requestMs = isPolling ? Math.max(0, delivered.latency().p99() - measuredMs) : 0;
        // A client's event travels up before it travels down.
        double upMs = published == null ? 0 : published.latency().p99();
        double intervalMs = freshMs - requestMs - upMs;
        double slower = isPolling ? Math.max(intervalMs, 1) / measuredMs : 1;
        double latencyMs = isPolling
                ? requestMs + Math.max(0, intervalMs) / 2
                : delivered.latency().p50();
        double waitingUs = lane.idle().cpuUs().orElse(0) / slower;
        boolean isFresh = isPolling
                ? intervalMs >= LabPlan.INTERVAL_MIN.toMillis()
                : delivered.latency().p99() + upMs <= freshMs;
        return new Candidate(
                lane.lane(),
                need.readers()
                        * (waitingBytes(lane) / slower
                                + need.rate() * eventBytes(lane, delivered, plan)
                                + need.sendRate() * eventBytes(lane, published, plan)),
                need.readers()
                        * (waitingUs
                                + need.rate() * eventUs(lane, delivered, plan)
                                + need.sendRate() * eventUs(lane, published, plan))
                        / 1e6,
                published == null ? latencyMs : latencyMs + published.latency().p50(),
                isPolling ? Duration.ofNanos((long) (Math.max(0, intervalMs) * 1e6)) : null,
                refusal(need, lane, isFresh));
    }

    /// Returns the bytes per second of a waiting client.
    private static double waitingBytes(LaneReport lane) {
        return lane.idle().up() + lane.idle().down();
    }

    /// Returns the bytes that an event adds to those of a waiting client.
    private static double eventBytes(LaneReport lane, @Nullable TrafficReport traffic, LabPlan plan) {
        return traffic == null ? 0 : Math.max(0, traffic.bytes() - waitingBytes(lane) / rateOf(traffic, plan));
    }

    private static double eventUs(LaneReport lane, @Nullable TrafficReport traffic, LabPlan plan) {
        if (traffic == null) return 0;
        return Math.max(0, traffic.cpuUs().orElse(0) - lane.idle().cpuUs().orElse(0) / rateOf(traffic, plan));
    }

    /// Returns the events per second and client.
    private static double rateOf(TrafficReport traffic, LabPlan plan) {
        return Math.max(traffic.eventsPerSecond() / plan.clients(), 1e-9);
    }

    private static @Nullable Refusal refusal(Requirements need, LaneReport report, boolean isFresh) {
        Technique lane = report.lane();
        Set<Surrounding> around = need.surroundings();
        boolean isStream = STREAMS.contains(lane);
        if (!isFresh) return Refusal.TOO_LATE;
        if (!need.mayLose() && (!lane.resumes() || lost(report) > 0)) return Refusal.LOSES;
        if (around.contains(Surrounding.BUFFERING_PROXY) && isStream) return Refusal.BUFFERED;
        if (around.contains(Surrounding.NO_WEBSOCKET) && lane == Technique.WEBSOCKET) return Refusal.NO_UPGRADE;
        if (around.contains(Surrounding.OLD_BROWSERS) && (isStream || lane == Technique.WEBSOCKET)) {
            return Refusal.NOT_IN_OLD_BROWSERS;
        }
        if (around.contains(Surrounding.MANY_TABS) && HOLDING.contains(lane)) return Refusal.SIX_CONNECTIONS;
        if (around.contains(Surrounding.NO_TLS) && lane.isTls()) return Refusal.NEEDS_TLS;
        return null;
    }

    private static long lost(LaneReport report) {
        var recovery = report.recovery();
        TrafficReport delivered = report.delivered();
        return (delivered == null ? 0 : delivered.lost()) + (recovery == null ? 0 : recovery.lost());
    }
}
