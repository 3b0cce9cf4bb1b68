package dev.sluice.lab.client;

import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Technique;
import java.time.Duration;

/// The transport of each lane.
final class Transports {
    private Transports() {}

    static Transport of(Technique lane, Route route, String target, LabPlan plan) {
        return switch (lane) {
            case POLLING -> new Poll(route, target, plan.interval());
            case LONG_POLLING -> new Poll(route, target, Duration.ZERO);
            case SSE -> new HttpStream(route, target, StreamFormat.EVENTS);
            case SSE_HTTP2 -> new Http2Stream(route, target);
            case FETCH_LINES -> new HttpStream(route, target, StreamFormat.LINES);
            case FETCH_TEXT -> new HttpStream(route, target, StreamFormat.TEXT);
            case WEBSOCKET -> new WebSocketStream(route, target);
        };
    }
}
