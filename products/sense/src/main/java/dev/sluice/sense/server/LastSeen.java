package dev.sluice.sense.server;

import java.time.Instant;

/// The record of a server that outlives a restart of Sense, to recognize a restart of the server and samples that
/// were applied.
///
/// @param run       of the agent that sent the newest sample
/// @param sequence  of the newest sample
/// @param published when the hub got it, by the hub's clock, which never goes back
/// @param bootRun   of the agent when the server's restart was last looked at
/// @param at        when it was, by the server's clock
/// @param uptimeS   the server's uptime then, in seconds
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

    /// Returns this with the place of a sample, and all else as it was.
    LastSeen during(ServerSample sample, Instant time) {
        return new LastSeen(sample.run(), sample.sequence(), time, bootRun, at, uptimeS);
    }

    /// Returns whether the sample was applied before: it is older, or is there twice.
    boolean includes(ServerSample sample, Instant time) {
        return time.isBefore(published) || (run.equals(sample.run()) && sample.sequence() <= sequence);
    }

    /// Returns whether the server was started after this: it has been up for a shorter time, or was booted later. The
    /// time of the boot alone does not tell, because it moves when the clock is set, and no agent
    /// outlives a boot.
    boolean isBefore(ServerSample sample) {
        return !bootRun.equals(sample.run())
                && (sample.uptime().toSeconds() < uptimeS || sample.boot().isAfter(at));
    }
}
