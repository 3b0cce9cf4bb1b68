package dev.sluice.lab.report;

import dev.sluice.lab.plan.Technique;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// The figures of one lane.
///
/// @param delivered       the figures of events to clients; null if the plan has none
/// @param published       the figures of events from clients; null if the plan has none
/// @param connections     open connections of all clients at the end
/// @param publishShare    the share of one core that publishing alone took just before
/// @param connectionBytes the hub's memory per client: heap after a collection, and native buffers
/// @param idle            the cost before the first event
/// @param recovery        the recovery after a cut; null if the line was not cut
public record LaneReport(
        Technique lane,
        @Nullable TrafficReport delivered,
        @Nullable TrafficReport published,
        int connections,
        OptionalDouble publishShare,
        OptionalDouble connectionBytes,
        IdleCost idle,
        @Nullable RecoveryReport recovery) {
    /// Returns true if no event was lost or repeated apart from cuts.
    public boolean isFaultless() {
        return isFaultless(delivered) && isFaultless(published);
    }

    private static boolean isFaultless(@Nullable TrafficReport traffic) {
        return traffic == null || (traffic.lost() == 0 && traffic.repeated() == 0);
    }
}
