package dev.sluice.lab.recommend;

import dev.sluice.lab.plan.Technique;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The cost of one lane for a need.
///
/// @param bytesPerSecond of all readers, in both directions
/// @param cores          of the hub, for delivering
/// @param latencyMs      of half of the events; with clients that publish, up and down together
/// @param interval       of polling; null: of the other lanes
/// @param refusal        why the lane does not satisfy the need; null: it does
public record Candidate(
        Technique lane,
        double bytesPerSecond,
        double cores,
        double latencyMs,
        @Nullable Duration interval,
        @Nullable Refusal refusal) {
    /// Why a lane does not satisfy a need.
    public enum Refusal {
        TOO_LATE,
        LOSES,
        BUFFERED,
        NO_UPGRADE,
        NOT_IN_OLD_BROWSERS,
        SIX_CONNECTIONS,
        NEEDS_TLS,
        /// Clients publish, and how this lane does it was not measured.
        UNMEASURED
    }

    public double cost(Requirements.Measure measure) {
        return switch (measure) {
            case NETWORK -> bytesPerSecond;
            case PROCESSOR -> cores;
            case LATENCY -> latencyMs;
        };
    }
}
