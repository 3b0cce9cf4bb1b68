package dev.sluice.lab.page;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.lab.plan.Direction;
import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Lane;
import dev.sluice.lab.recommend.Candidate;
import dev.sluice.lab.recommend.Need;
import dev.sluice.lab.recommend.Recommendation;
import dev.sluice.lab.report.Idle;
import dev.sluice.lab.report.LabReport;
import dev.sluice.lab.report.LaneReport;
import dev.sluice.lab.report.Latency;
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

/// A recommendation from what a page has measured, as JSON.
final class Advice {
    private static final double MS = 1_000_000;

    /// The question of a page.
    record Question(Plan plan, List<LaneFigures> lanes, NeedFigures need) {}

    /// @param interval in milliseconds
    record Plan(double rate, int size, int clients, long interval) {}

    /// As `measure.js` has them: latencies in milliseconds, the rest per event.
    record LaneFigures(
            String lane,
            double seconds,
            long deliveries,
            @Nullable Double p50,
            @Nullable Double p99,
            double up,
            double down,
            double requests,
            int open,
            @Nullable Double cpuUs,
            long lost,
            long repeated,
            IdleFigures idle) {}

    record IdleFigures(
            double seconds,
            double up,
            double down,
            double requests,
            @Nullable Double cpuUs) {}

    /// @param rate per second
    record NeedFigures(
            long readers,
            double rate,
            double freshMs,
            boolean mayLose,
            Set<Need.Surrounding> surroundings,
            Need.Measure measure) {}

    private Advice() {}

    /// Answers with all candidates, the best first; 400 if the question is not one.
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

    private static Map<String, Object> candidate(Candidate candidate, Need need) {
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

    private static Need need(NeedFigures need) {
        return new Need(
                need.readers(),
                need.rate(),
                Duration.ofNanos((long) (need.freshMs() * MS)),
                need.mayLose(),
                need.surroundings(),
                need.measure());
    }

    private static LabReport report(Question question) {
        var measured = question.plan();
        var plan = new LabPlan(
                List.of(Lane.values()),
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
                question.lanes().stream().map(Advice::lane).toList(),
                Map.of(),
                LabReport.Machine.here());
    }

    private static LaneReport lane(LaneFigures lane) {
        var idle = lane.idle();
        double p50 = lane.p50() == null ? 0 : lane.p50();
        double p99 = lane.p99() == null ? 0 : lane.p99();
        return new LaneReport(
                Lane.labelled(lane.lane()).orElseThrow(() -> new IllegalArgumentException("no lane " + lane.lane())),
                lane.seconds(),
                lane.deliveries(),
                new Latency(lane.deliveries(), p50, p99, p99, p99),
                null,
                lane.up(),
                lane.down(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                lane.requests(),
                lane.open(),
                0,
                optional(lane.cpuUs()),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                lane.lost(),
                lane.repeated(),
                new Idle(idle.seconds(), idle.up(), idle.down(), idle.requests(), optional(idle.cpuUs())),
                null);
    }

    private static OptionalDouble optional(@Nullable Double number) {
        return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
    }
}
