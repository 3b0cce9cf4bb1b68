package dev.sluice.server.session;

import dev.sluice.core.access.Principal;
import dev.sluice.server.http.RequestHead;
import dev.sluice.server.presence.PresenceParameters;
import dev.sluice.server.subscribe.StreamOptions;
import dev.sluice.server.subscribe.SubscribeParser;
import dev.sluice.server.subscribe.TransportSpec;
import dev.sluice.server.transport.Negotiation;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A validated request to open a session.
///
/// @param session its id, 128 random bits: the principal that opened the session needs it to send messages
/// @param client  the client's identity; null if it has none
/// @param options of the stream of the server's messages
record SessionRequest(String session, @Nullable String client, StreamOptions options) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /// @throws dev.sluice.server.http.Refused with a detail for the author of the URL
    static SessionRequest of(
            RequestHead request, Principal principal, SubscribeParser parser, PresenceParameters presence) {
        TransportSpec transport =
                Negotiation.isWebSocket(request) ? SessionTransports.OVER_WEBSOCKET : SessionTransports.OVER_SSE;
        StreamOptions options = parser.parseStream(request.parameters(), transport, SessionTransports.OVER_EITHER);
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        return new SessionRequest(HexFormat.of().formatHex(bits), presence.client(request, principal), options);
    }
}
