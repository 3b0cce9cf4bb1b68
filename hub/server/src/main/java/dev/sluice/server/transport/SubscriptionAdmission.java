package dev.sluice.server.transport;

import dev.sluice.core.access.Grant;
import dev.sluice.server.drain.DrainGate;
import dev.sluice.server.stats.StatsDemand;
import dev.sluice.server.subscribe.SubscribeParser;
import dev.sluice.server.subscribe.SubscribeRequest;

/// Decides which subscriptions may begin, in a request and in a session's message alike.
///
/// @param drain refuses new streams while the hub drains
public record SubscriptionAdmission(
        SubscribeParser parser, ReaderBudget readers, StatsDemand statistics, DrainGate drain) {
    /// @throws dev.sluice.server.http.head.ProblemException if the subscription would exceed a limit of the hub
    public void require(SubscribeRequest request, Grant grant) {
        if (request.transport().isLive()) readers.require(request.subscription().selection(), grant);
        statistics.require(grant, request.subscription());
    }
}
