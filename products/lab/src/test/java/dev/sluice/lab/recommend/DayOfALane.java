package dev.sluice.lab.recommend;

import dev.sluice.lab.plan.Technique;
import dev.sluice.lab.recommend.Requirements.Surrounding;
import java.util.EnumSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A second implementation of the criteria: whether a lane meets a need, and what it costs in a day. It uses
/// only the measured figures and no code of the recommendation.
record DayOfALane(Technique lane, boolean satisfies, double bytes, double cpuSeconds, double latencyMs) {
    private static final double SECONDS = 86_400;

    static DayOfALane of(Technique lane, Requirements need) {
        JsonNode json = MeasuredRun.lane(lane);
        double clients = MeasuredRun.JSON.at("/plan/clients").asDouble();
        boolean sends = need.sendRate() > 0;
        double upP99 = sends ? json.at("/published/latencyMs/p99").asDouble() : 0;
        double upP50 = sends ? json.at("/published/latencyMs/p50").asDouble() : 0;
        double p99 = json.at("/delivered/latencyMs/p99").asDouble();
        double freshMs = need.freshness().toNanos() / 1e6;
        double askedEveryMs = MeasuredRun.JSON.at("/plan/intervalMs").asDouble();

        double waits = SECONDS; // In seconds: a day of waiting.
        double worstMs = p99 + upP99;
        double typicalMs = json.at("/delivered/latencyMs/p50").asDouble() + upP50;
        if (lane == Technique.POLLING) {
            // It may poll as rarely as the freshness permits: the slowest event is published just after a
            // response.
            double roundTripMs = Math.max(0, p99 - askedEveryMs);
            double pauseMs = freshMs - upP99 - roundTripMs;
            boolean isQuickEnough = pauseMs >= 10;
            double questions = SECONDS * 1000 / Math.max(pauseMs, 1);
            waits = questions * askedEveryMs / 1000; // The cost of waiting was measured for this many polls per second.
            worstMs = isQuickEnough ? 0 : Double.POSITIVE_INFINITY;
            typicalMs = roundTripMs + Math.max(0, pauseMs) / 2 + upP50;
        }
        JsonNode idle = json.at("/idlePerClientAndSecond");
        double idleBytes =
                idle.at("/upBytes").asDouble() + idle.at("/downBytes").asDouble();
        double idleUs = idle.at("/cpuUs").asDouble();
        double bytes = waits * idleBytes + need.rate() * SECONDS * added(json.at("/delivered"), clients, idleBytes);
        double us = waits * idleUs + need.rate() * SECONDS * addedUs(json.at("/delivered"), clients, idleUs);
        if (sends) {
            bytes += need.sendRate() * SECONDS * added(json.at("/published"), clients, idleBytes);
            us += need.sendRate() * SECONDS * addedUs(json.at("/published"), clients, idleUs);
        }
        return new DayOfALane(
                lane,
                worstMs <= freshMs && passes(lane, need.surroundings()) && (need.mayLose() || losesNothing(json)),
                need.readers() * bytes,
                need.readers() * us / 1e6,
                typicalMs);
    }

    double cost(Requirements.Measure measure) {
        return switch (measure) {
            case NETWORK -> bytes;
            case PROCESSOR -> cpuSeconds;
            case LATENCY -> latencyMs;
        };
    }

    /// Returns the bytes of an event, without those of waiting for it.
    private static double added(JsonNode traffic, double clients, double idle) {
        double bytes = traffic.at("/upBytesPerEvent").asDouble()
                + traffic.at("/downBytesPerEvent").asDouble();
        return Math.max(0, bytes - idle * secondsBetweenEvents(traffic, clients));
    }

    private static double addedUs(JsonNode traffic, double clients, double idle) {
        return Math.max(0, traffic.at("/cpuUsPerEvent").asDouble() - idle * secondsBetweenEvents(traffic, clients));
    }

    private static double secondsBetweenEvents(JsonNode traffic, double clients) {
        return traffic.at("/seconds").asDouble()
                * clients
                / traffic.at("/events").asDouble();
    }

    private static boolean losesNothing(JsonNode json) {
        return json.at("/delivered/lost").asLong() == 0
                && json.at("/recovery/lost").asLong() == 0
                && !json.at("/lane").asString().equals("fetch-text");
    }

    private static boolean passes(Technique lane, Set<Surrounding> around) {
        Set<Surrounding> obstacles = switch (lane) {
            case POLLING -> EnumSet.noneOf(Surrounding.class);
            case LONG_POLLING -> EnumSet.of(Surrounding.MANY_TABS);
            case SSE, FETCH_LINES, FETCH_TEXT ->
                EnumSet.of(Surrounding.BUFFERING_PROXY, Surrounding.OLD_BROWSERS, Surrounding.MANY_TABS);
            case SSE_HTTP2 -> EnumSet.of(Surrounding.BUFFERING_PROXY, Surrounding.OLD_BROWSERS, Surrounding.NO_TLS);
            case WEBSOCKET -> EnumSet.of(Surrounding.NO_WEBSOCKET, Surrounding.OLD_BROWSERS);
        };
        return around.stream().noneMatch(obstacles::contains);
    }
}
