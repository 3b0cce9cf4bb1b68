package dev.sluice.lab.recommend;

import dev.sluice.lab.plan.Technique;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The cost of one lane for given requirements.
///
/// @param bytesPerSecond bytes per second of all readers, in both directions
/// @param cores          processor cores of the hub that delivery takes
/// @param latencyMs      the median latency; for clients that publish, the sum of both directions
/// @param interval       the polling interval; null for other lanes
/// @param refusal        why the lane does not meet the requirements; null if it does
public record Candidate(
        Technique lane,
        double bytesPerSecond,
        double cores,
        double latencyMs,
        @Nullable Duration interval,
        @Nullable Refusal refusal) {
    /// A reason why a lane does not meet the requirements.
    public enum Refusal {
        TOO_LATE,
        LOSES,
        BUFFERED,
        NO_UPGRADE,
        NOT_IN_OLD_BROWSERS,
        SIX_CONNECTIONS,
        NEEDS_TLS,
        /// Clients publish, but publishing over this lane was not measured.
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
