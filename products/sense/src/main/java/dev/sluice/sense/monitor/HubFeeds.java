package dev.sluice.sense.monitor;

import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.mirror.HubMirror;
import dev.sluice.sense.server.ServerFeed;
import org.jspecify.annotations.Nullable;

/// The connections of Sense with hubs.
///
/// @param live    publishes changes
/// @param servers reads the samples of servers
/// @param mirror  mirrors the channels to another hub; null if there is none
public record HubFeeds(
        LiveFeed live, ServerFeed servers, @Nullable HubMirror mirror) {
    /// Returns the number of events that a hub has not accepted.
    long dropped() {
        return live.dropped() + (mirror == null ? 0 : mirror.refused());
    }

    /// Returns a short reason why the other hub is not reachable; empty if it is.
    String problem() {
        return mirror == null ? "" : mirror.problem();
    }
}
