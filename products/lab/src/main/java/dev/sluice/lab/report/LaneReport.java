package dev.sluice.lab.report;

import dev.sluice.lab.plan.Technique;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// The figures of one lane.
///
/// @param delivered       events to clients; null: the plan has none
/// @param published       events of clients; null: the plan has none
/// @param connections     open at the end, of all clients
/// @param publishShare    of one core, that publishing alone took right before
/// @param connectionBytes of the hub's memory per client: heap after a collection, and native buffers
/// @param idle            before the first event
/// @param recovery        after a cut; null: there was none
public record LaneReport(
        Technique lane,
        @Nullable TrafficReport delivered,
        @Nullable TrafficReport published,
        int connections,
        OptionalDouble publishShare,
        OptionalDouble connectionBytes,
        IdleCost idle,
        @Nullable RecoveryReport recovery) {
    /// Whether nothing was lost or repeated while no line was cut.
    public boolean isFaultless() {
        return isFaultless(delivered) && isFaultless(published);
    }

    private static boolean isFaultless(@Nullable TrafficReport traffic) {
        return traffic == null || (traffic.lost() == 0 && traffic.repeated() == 0);
    }
}
