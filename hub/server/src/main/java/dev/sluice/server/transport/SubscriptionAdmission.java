package dev.sluice.server.transport;

import dev.sluice.core.access.Grant;
import dev.sluice.server.drain.DrainGate;
import dev.sluice.server.presence.PresenceParameters;
import dev.sluice.server.stats.StatsDemand;
import dev.sluice.server.subscribe.SubscribeInput;
import dev.sluice.server.subscribe.SubscribeParser;
import dev.sluice.server.subscribe.SubscribeRequest;
import dev.sluice.server.subscribe.SubscribeSettings;
import dev.sluice.server.subscribe.TransportSpec;

/// Decides which subscriptions may begin, in a request and in a session's message alike.
///
/// @param drain refuses new streams while the hub drains
public record SubscriptionAdmission(
        SubscribeSettings settings,
        SubscribeParser parser,
        PresenceParameters presence,
        ReaderBudget readers,
        StatsDemand statistics,
        DrainGate drain) {
    /// @throws dev.sluice.server.http.head.ProblemException with a detail for the author of the client
    public SubscribeRequest parse(SubscribeInput input, TransportSpec transport, Grant grant) {
        SubscribeRequest request = parser.parse(input, transport, grant);
        request.requireJoin(grant);
        return request;
    }

    /// @throws dev.sluice.server.http.head.ProblemException if the subscription would exceed a limit of the hub
    public void require(SubscribeRequest request, Grant grant) {
        if (request.transport().isLive()) readers.require(request.subscription().selection(), grant);
        statistics.require(grant, request.subscription());
    }
}
