package dev.sluice.server.session;

import dev.sluice.core.access.Principal;
import dev.sluice.core.peers.Peers;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.subscribe.StreamOptions;
import dev.sluice.server.subscribe.TransportSpec;
import dev.sluice.server.transport.Negotiation;
import dev.sluice.server.transport.SubscriptionAdmission;
import org.jspecify.annotations.Nullable;

/// A validated request to open a session.
///
/// @param session the session's id, with at least 128 random bits: the principal that opened the session needs
///                it to send messages
/// @param claimed the client's name as its request claims it; null if it claims none
/// @param client  the client's identity; null if it has none
/// @param options of the stream of the server's messages
record SessionRequest(
        String session, @Nullable String claimed, @Nullable String client, StreamOptions options) {
    /// @throws dev.sluice.server.http.head.ProblemException with a detail for the author of the URL
    static SessionRequest of(RequestHead request, Principal principal, SubscriptionAdmission admission, Peers peers) {
        TransportSpec transport =
                Negotiation.isWebSocket(request) ? SessionTransports.OVER_WEBSOCKET : SessionTransports.OVER_SSE;
        StreamOptions options =
                admission.parser().parseStream(request.parameters(), transport, SessionTransports.OVER_EITHER);
        return new SessionRequest(
                SessionIds.draw(peers),
                request.parameters().text("client").orElse(null),
                admission.parser().presence().client(request, principal),
                options);
    }
}
