package dev.sluice.lab.recommend;

import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Lane;
import dev.sluice.lab.recommend.Candidate.Refusal;
import dev.sluice.lab.recommend.Need.Surrounding;
import dev.sluice.lab.report.LabReport;
import dev.sluice.lab.report.LaneReport;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The transport for a need: of the lanes that satisfy it the one that costs least by the need's measure.
///
/// A lane's cost is linear in what was measured: what a client costs while it waits, and what each event adds to that,
/// times the readers and the rate of the need. A polling client asks as seldom as the need's freshness permits,
/// and what it costs while it waits is inversely proportional to its interval.
///
/// @param candidates all measured lanes, the cheapest that satisfies the need first, those that do not at the end
public record Recommendation(Need need, List<Candidate> candidates) {
    private static final Set<Lane> STREAMS = Set.of(Lane.SSE, Lane.SSE_HTTP2, Lane.FETCH_LINES, Lane.FETCH_TEXT);

    /// Those that hold one of a browser's six connections of HTTP/1.1 all the time.
    private static final Set<Lane> HOLDING = Set.of(Lane.LONG_POLLING, Lane.SSE, Lane.FETCH_LINES, Lane.FETCH_TEXT);

    public static Recommendation of(Need need, LabReport report) {
        var candidates = report.lanes().stream()
                .map(lane -> candidate(need, lane, report.plan()))
                .sorted(Comparator.comparing((Candidate each) -> each.refusal() != null)
                        .thenComparingDouble(each -> each.cost(need.measure())))
                .toList();
        return new Recommendation(need, candidates);
    }

    /// The best one; empty if no lane satisfies the need.
    public Optional<Candidate> best() {
        return candidates.stream().filter(each -> each.refusal() == null).findFirst();
    }

    private static Candidate candidate(Need need, LaneReport lane, LabPlan plan) {
        boolean isPolling = lane.lane() == Lane.POLLING;
        double freshMs = need.freshness().toNanos() / 1e6;
        double measuredMs = plan.interval().toNanos() / 1e6;
        // The latest events of a poll come an interval and a request after they were published.
        double requestMs = isPolling ? Math.max(0, lane.latency().p99() - measuredMs) : 0;
        double intervalMs = freshMs - requestMs;
        double slower = isPolling ? Math.max(intervalMs, 1) / measuredMs : 1;
        double rate = Math.max(lane.deliveries() / lane.seconds() / plan.clients(), 1e-9);
        var idle = lane.idle();
        double idleBytes = idle.up() + idle.down();
        double eventBytes = Math.max(0, lane.bytes() - idleBytes / rate);
        double idleUs = idle.cpuUs().orElse(0);
        double eventUs = Math.max(0, lane.cpuUs().orElse(0) - idleUs / rate);
        return new Candidate(
                lane.lane(),
                need.readers() * (idleBytes / slower + need.rate() * eventBytes),
                need.readers() * (idleUs / slower + need.rate() * eventUs) / 1e6,
                isPolling
                        ? requestMs + Math.max(0, intervalMs) / 2
                        : lane.latency().p50(),
                isPolling ? Duration.ofNanos((long) (Math.max(0, intervalMs) * 1e6)) : null,
                refusal(
                        need,
                        lane,
                        isPolling
                                ? intervalMs >= LabPlan.INTERVAL_MIN.toMillis()
                                : lane.latency().p99() <= freshMs));
    }

    private static @Nullable Refusal refusal(Need need, LaneReport report, boolean isFresh) {
        Lane lane = report.lane();
        Set<Surrounding> around = need.surroundings();
        boolean isStream = STREAMS.contains(lane);
        if (!isFresh) return Refusal.TOO_LATE;
        if (!need.mayLose() && (!lane.resumes() || lost(report) > 0)) return Refusal.LOSES;
        if (around.contains(Surrounding.BUFFERING_PROXY) && isStream) return Refusal.BUFFERED;
        if (around.contains(Surrounding.NO_WEBSOCKET) && lane == Lane.WEBSOCKET) return Refusal.NO_UPGRADE;
        if (around.contains(Surrounding.OLD_BROWSERS) && (isStream || lane == Lane.WEBSOCKET)) {
            return Refusal.NOT_IN_OLD_BROWSERS;
        }
        if (around.contains(Surrounding.MANY_TABS) && HOLDING.contains(lane)) return Refusal.SIX_CONNECTIONS;
        if (around.contains(Surrounding.NO_TLS) && lane.isTls()) return Refusal.NEEDS_TLS;
        return null;
    }

    private static long lost(LaneReport report) {
        var recovery = report.recovery();
        return report.lost() + (recovery == null ? 0 : recovery.lost());
    }
}
