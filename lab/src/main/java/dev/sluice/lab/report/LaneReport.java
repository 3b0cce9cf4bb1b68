package dev.sluice.lab.report;

import dev.sluice.lab.plan.Lane;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// The figures of one lane. A figure "per event" is per delivery of an event to one client, and per
/// event that a client published.
///
/// @param seconds         of the measurement
/// @param deliveries      in that time
/// @param upward          of what clients publish; null: they do not
/// @param up              bytes per event from clients, at their sockets
/// @param down            bytes per event to clients, at their sockets
/// @param plainUp         with TLS the same before encryption
/// @param plainDown       with TLS the same after decryption
/// @param requests        per event, handshakes included
/// @param connections     open at the end, of all clients
/// @param opened          connections that were opened meanwhile
/// @param cpuUs           microseconds of the hub's processor time per event, less what publishing alone takes
/// @param cpuShare        of one core, with publishing
/// @param publishShare    of one core, that publishing alone took right before
/// @param connectionBytes of the hub's memory per client: heap after a collection, and native buffers
/// @param lost            deliveries that never came
/// @param repeated        deliveries that came again
/// @param idle            before the first event
/// @param recovery        after a cut; null: there was none
public record LaneReport(
        Lane lane,
        double seconds,
        long deliveries,
        Latency latency,
        @Nullable Upward upward,
        double up,
        double down,
        OptionalDouble plainUp,
        OptionalDouble plainDown,
        double requests,
        int connections,
        long opened,
        OptionalDouble cpuUs,
        OptionalDouble cpuShare,
        OptionalDouble publishShare,
        OptionalDouble connectionBytes,
        long lost,
        long repeated,
        Idle idle,
        @Nullable Recovery recovery) {
    /// Bytes per event in both directions.
    public double bytes() {
        return up + down;
    }
}
