package dev.sluice.lab.report;

import java.util.OptionalDouble;

/// The figures of events in one direction. "Per event" is, of delivered events, per delivery to one client, and of
/// published ones per event that a client published.
///
/// @param seconds   of the measurement
/// @param events    in that time
/// @param latency   from the sending to the arrival: at a client, or at a reader beside the hub
/// @param up        bytes per event from clients, at their sockets
/// @param down      bytes per event to clients, at their sockets
/// @param plainUp   with TLS the same before encryption
/// @param plainDown with TLS the same after decryption
/// @param requests  per event, handshakes included
/// @param opened    connections that were opened meanwhile
/// @param cpuUs     microseconds of the hub's processor time per event; of delivered events less those of publishing
/// @param cpuShare  of one core, of the hub as a whole
/// @param lost      events that never came, of the whole run
/// @param repeated  events that came again
public record TrafficReport(
        double seconds,
        long events,
        Latency latency,
        double up,
        double down,
        OptionalDouble plainUp,
        OptionalDouble plainDown,
        double requests,
        long opened,
        OptionalDouble cpuUs,
        OptionalDouble cpuShare,
        long lost,
        long repeated) {
    /// Bytes per event in both directions.
    public double bytes() {
        return up + down;
    }

    public double eventsPerSecond() {
        return events / seconds;
    }
}
