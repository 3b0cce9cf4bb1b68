package dev.sluice.lab.report;

import java.util.OptionalDouble;

/// The figures of events in one direction. "Per event" means per delivery to one client, or per event that a
/// client published.
///
/// @param seconds   the duration of the measurement
/// @param events    the number of events in that time
/// @param latency   from the sending to the arrival at a client, or at a reader beside the hub
/// @param up        bytes per event from clients, at their sockets
/// @param down      bytes per event to clients, at their sockets
/// @param plainUp   bytes per event from clients before encryption, with TLS only
/// @param plainDown bytes per event to clients after decryption, with TLS only
/// @param requests  requests per event, including handshakes
/// @param opened    connections that were opened during the measurement
/// @param cpuUs     microseconds of the hub's processor time per event; for delivered events without the time
///                  for publishing
/// @param cpuShare  the share of one core that the hub took in total
/// @param lost      events of the whole run that never arrived
/// @param repeated  events that arrived again
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
    /// Returns the bytes per event in both directions.
    public double bytes() {
        return up + down;
    }

    public double eventsPerSecond() {
        return events / seconds;
    }
}
