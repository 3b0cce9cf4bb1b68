package dev.sluice.sense.server;

import java.time.Instant;

/// The record of a server that survives a restart of Sense. It serves to recognize a restart of the server,
/// and samples that were already applied.
///
/// @param run       the agent's run that sent the newest sample
/// @param sequence  the number of the newest sample
/// @param published when the hub received it, by the hub's clock, which never goes back
/// @param bootRun   the agent's run when the server was last checked for a restart
/// @param at        the time of that check by the server's clock
/// @param uptimeS   the server's uptime at that time, in seconds
record LastSeen(String run, long sequence, Instant published, String bootRun, Instant at, long uptimeS) {
    static LastSeen of(ServerSample sample, Instant published) {
        return new LastSeen(
                sample.run(),
                sample.sequence(),
                published,
                sample.run(),
                sample.at(),
                sample.uptime().toSeconds());
    }

    /// Returns a copy with the position of a sample; everything else is unchanged.
    LastSeen during(ServerSample sample, Instant time) {
        return new LastSeen(sample.run(), sample.sequence(), time, bootRun, at, uptimeS);
    }

    /// Returns true if the sample was already applied, because it is older or was published twice.
    boolean includes(ServerSample sample, Instant time) {
        return time.isBefore(published) || (run.equals(sample.run()) && sample.sequence() <= sequence);
    }

    /// Returns true if the server was started after this record: its uptime is shorter, or it booted later.
    /// The boot time alone is not enough, because it changes when the clock is set. An agent does not survive
    /// a boot, so its run must differ, too.
    boolean isBefore(ServerSample sample) {
        return !bootRun.equals(sample.run())
                && (sample.uptime().toSeconds() < uptimeS || sample.boot().isAfter(at));
    }
}
