package dev.sluice.server.session;

import dev.sluice.server.http.Request;
import dev.sluice.server.presence.Reception;
import dev.sluice.server.transport.Heartbeat;
import dev.sluice.server.transport.Negotiation;
import dev.sluice.server.transport.SubscribeSettings;
import dev.sluice.server.transport.Transport;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who opens a session, and how it is to be.
///
/// @param session   128 random bits: who knows them may speak in it
/// @param client    who it is; null: nobody in particular
/// @param heartbeat how often it shows that it lives
record Visitor(String session, @Nullable String client, Duration heartbeat, int paddingBytes) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /// @throws dev.sluice.server.http.Refused with a sentence for the person who wrote the URL
    static Visitor of(Request request, SubscribeSettings settings, Reception reception) {
        var query = request.parameters();
        query.allow(Set.of("client", "heartbeat", "padding", "as"));
        if (query.has("padding") && Negotiation.isWebSocket(request)) throw Transport.WEBSOCKET.refused("padding");
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        return new Visitor(
                HexFormat.of().formatHex(bits),
                reception.client(request),
                Heartbeat.parse(query, Transport.WEBSOCKET, settings).every(),
                query.integer("padding", 0, settings.paddingBytesMax()).orElse(0));
    }
}
