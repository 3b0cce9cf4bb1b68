package dev.sluice.sense.monitor;

import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.mirror.HubMirror;
import dev.sluice.sense.server.ServerFeed;
import org.jspecify.annotations.Nullable;

/// What Sense exchanges with hubs.
///
/// @param live    publishes what happens
/// @param servers reads the samples of servers
/// @param mirror  connects with a hub elsewhere; null: there is none
public record HubFeeds(
        LiveFeed live, ServerFeed servers, @Nullable HubMirror mirror) {
    /// Returns how many events a hub did not take.
    long dropped() {
        return live.dropped() + (mirror == null ? 0 : mirror.refused());
    }

    /// Returns why the hub elsewhere is not reached, in a few words; empty if it is.
    String problem() {
        return mirror == null ? "" : mirror.problem();
    }
}
