package dev.sluice.lab.page;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.lab.plan.Direction;
import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Technique;
import dev.sluice.lab.recommend.Candidate;
import dev.sluice.lab.recommend.Recommendation;
import dev.sluice.lab.recommend.Requirements;
import dev.sluice.lab.report.IdleCost;
import dev.sluice.lab.report.LabReport;
import dev.sluice.lab.report.LaneReport;
import dev.sluice.lab.report.Latency;
import dev.sluice.lab.report.RecoveryReport;
import dev.sluice.lab.report.TrafficReport;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Computes a recommendation from the figures of a page, as JSON.
final class RecommendRoute {
    private static final double MS = 1_000_000;

    /// The request of a page.
    record Question(Plan plan, List<LaneFigures> lanes, NeedFigures need) {}

    /// @param interval in milliseconds
    record Plan(double rate, int size, int clients, long interval) {}

    /// The figures of a lane as `measure.js` sends them.
    ///
    /// @param delivered null if events to clients were not measured
    /// @param published null if events from clients were not measured
    /// @param recovery  null if the line was not cut
    record LaneFigures(
            String lane,
            @Nullable TrafficFigures delivered,
            @Nullable TrafficFigures published,
            int open,
            IdleFigures idle,
            @Nullable RecoveryFigures recovery) {}

    /// Latencies in milliseconds; the other figures are per event.
    record TrafficFigures(
            double seconds,
            long events,
            @Nullable Double p50,
            @Nullable Double p99,
            double up,
            double down,
            double requests,
            @Nullable Double cpuUs,
            long lost,
            long repeated) {}

    /// @param seconds null if the clients did not reconnect
    record RecoveryFigures(@Nullable Double seconds, long lost, long repeated) {}

    record IdleFigures(
            double seconds,
            double up,
            double down,
            double requests,
            @Nullable Double cpuUs) {}

    /// @param rate     events per second
    /// @param sendRate events per second and client
    record NeedFigures(
            long readers,
            double rate,
            double sendRate,
            double freshMs,
            boolean mayLose,
            Set<Requirements.Surrounding> surroundings,
            Requirements.Measure measure) {}

    private RecommendRoute() {}

    /// Responds with all candidates, the best first, or with 400 if the request is invalid.
    static Response answer(Request request) {
        try {
            var question = JsonMapper.shared().readValue(request.body(), Question.class);
            var need = need(question.need());
            return Response.json(Recommendation.of(need, report(question)).candidates().stream()
                    .map(each -> candidate(each, need))
                    .toList());
        } catch (JacksonException | IllegalArgumentException | NullPointerException wrong) {
            return Response.text("The figures of a run and a need are missing or wrong.\n")
                    .status(400);
        }
    }

    private static Map<String, Object> candidate(Candidate candidate, Requirements need) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("lane", candidate.lane().label());
        all.put("bytesPerSecond", candidate.bytesPerSecond());
        all.put("cores", candidate.cores());
        all.put("latencyMs", candidate.latencyMs());
        all.put("cost", candidate.cost(need.measure()));
        Duration interval = candidate.interval();
        if (interval != null) all.put("intervalMs", interval.toMillis());
        if (candidate.refusal() != null) all.put("refusal", candidate.refusal().name());
        return all;
    }

    private static Requirements need(NeedFigures need) {
        return new Requirements(
                need.readers(),
                need.rate(),
                need.sendRate(),
                Duration.ofNanos((long) (need.freshMs() * MS)),
                need.mayLose(),
                need.surroundings(),
                need.measure());
    }

    private static LabReport report(Question question) {
        var measured = question.plan();
        var plan = new LabPlan(
                List.of(Technique.values()),
                Direction.DOWN,
                measured.rate(),
                measured.size(),
                1,
                measured.clients(),
                Duration.ofMillis(measured.interval()),
                Duration.ZERO,
                LabPlan.DEFAULT.duration(),
                Duration.ZERO,
                false);
        return new LabReport(
                plan,
                Instant.EPOCH,
                question.lanes().stream().map(RecommendRoute::lane).toList(),
                Map.of(),
                LabReport.Machine.here());
    }

    private static LaneReport lane(LaneFigures lane) {
        var idle = lane.idle();
        return new LaneReport(
                Technique.labelled(lane.lane())
                        .orElseThrow(
                                () -> new IllegalArgumentException("there are no figures of the lane " + lane.lane())),
                traffic(lane.delivered()),
                traffic(lane.published()),
                lane.open(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                new IdleCost(idle.seconds(), idle.up(), idle.down(), idle.requests(), optional(idle.cpuUs())),
                recovery(lane.recovery()));
    }

    private static @Nullable TrafficReport traffic(@Nullable TrafficFigures traffic) {
        if (traffic == null) return null;
        if (!(traffic.seconds() > 0)) throw new IllegalArgumentException("seconds must be greater than 0");
        double p50 = traffic.p50() == null ? 0 : traffic.p50();
        double p99 = traffic.p99() == null ? 0 : traffic.p99();
        return new TrafficReport(
                traffic.seconds(),
                traffic.events(),
                new Latency(traffic.events(), p50, p99, p99, p99),
                traffic.up(),
                traffic.down(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                traffic.requests(),
                0,
                optional(traffic.cpuUs()),
                OptionalDouble.empty(),
                traffic.lost(),
                traffic.repeated());
    }

    private static @Nullable RecoveryReport recovery(@Nullable RecoveryFigures recovery) {
        if (recovery == null) return null;
        double seconds = recovery.seconds() == null ? Double.POSITIVE_INFINITY : recovery.seconds();
        return new RecoveryReport(
                LabPlan.DEFAULT.cut().toMillis() / 1e3, seconds, seconds, recovery.lost(), recovery.repeated());
    }

    private static OptionalDouble optional(@Nullable Double number) {
        return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
    }
}
