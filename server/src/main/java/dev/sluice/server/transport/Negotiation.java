package dev.sluice.server.transport;

import dev.sluice.server.http.MediaType;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Request;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the transport that a client asks for: an upgrade, else `as=`, else the best of what its `Accept` names.
/// `docs/protocol.md` §2.
public final class Negotiation {
    private record Named(String mediaType, Transport transport) {}

    /// In the order that decides between equals.
    private static final List<Named> NAMED = List.of(
            new Named("text/event-stream", Transport.SSE),
            new Named("application/x-ndjson", Transport.NDJSON),
            new Named("text/html", Transport.PAGE),
            new Named("application/json", Transport.POLL),
            new Named("text/plain", Transport.TEXT));

    private static final Map<String, Transport> AS = Map.of(
            "sse", Transport.SSE,
            "ndjson", Transport.NDJSON,
            "text", Transport.TEXT,
            "json", Transport.POLL,
            "html", Transport.PAGE);

    private Negotiation() {}

    /// @throws dev.sluice.server.http.Refused `406` if nothing is left, `400` for another word in `as=`
    public static Transport of(Request request) {
        if (isWebSocket(request)) return Transport.WEBSOCKET;
        Transport asked = request.parameters().choice("as", AS).orElseGet(() -> accepted(request));
        return asked == Transport.POLL && waits(request) ? Transport.LONG_POLL : asked;
    }

    /// Whether the client wants to speak WebSocket on this connection (RFC 6455 §4.1). Another upgrade, as the one to
    /// HTTP/2 that java.net.http offers with each request, is none of ours and passed over (RFC 9110 §7.8).
    public static boolean isWebSocket(Request request) {
        return request.method().equals(HttpMethod.GET)
                && !request.isHttp10()
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true)
                && request.headers().containsValue(HttpHeaderNames.CONNECTION, "upgrade", true);
    }

    private static boolean waits(Request request) {
        return request.parameters()
                .text("wait")
                .map(wait -> !wait.matches("0+"))
                .orElse(false);
    }

    private static Transport accepted(Request request) {
        String accept = String.join(",", request.headers().getAll(HttpHeaderNames.ACCEPT));
        if (accept.isBlank()) return Transport.POLL;
        Map<String, Double> qualities = qualities(accept);
        return named(qualities)
                .or(() -> json(qualities))
                .orElseThrow(
                        () -> Problems.NOT_ACCEPTABLE.refused(
                                "Accept",
                                "None of the types in " + Problems.quoted(accept)
                                        + " is to be had. There are: text/event-stream, "
                                        + "application/x-ndjson, text/html, application/json and text/plain; or ask with as=."));
    }

    /// What is malformed stands for nothing, rather than for a refusal: browsers' extensions write here too.
    private static Map<String, Double> qualities(String accept) {
        var qualities = new HashMap<String, Double>();
        for (String range : MediaType.split(accept, ',')) {
            MediaType.parse(range).ifPresent(type -> {
                double quality = quality(type.parameters().getOrDefault("q", "1"));
                // Of a type named twice, as with two profiles, the better counts.
                if (quality >= 0) qualities.merge(type.essence(), quality, Math::max);
            });
        }
        return qualities;
    }

    private static double quality(String text) {
        // Also ".2", which HttpURLConnection sends, and more digits than RFC 9110 §12.4.2 allows.
        return text.matches("(0(\\.[0-9]{0,9})?|\\.[0-9]{1,9}|1(\\.0{0,9})?)") ? Double.parseDouble(text) : -1;
    }

    private static Optional<Transport> named(Map<String, Double> qualities) {
        Named best = null;
        for (Named each : NAMED) {
            double quality = qualities.getOrDefault(each.mediaType, 0.0);
            if (quality > 0 && (best == null || quality > qualities.getOrDefault(best.mediaType, 0.0))) best = each;
        }
        return Optional.ofNullable(best).map(Named::transport);
    }

    /// A wildcard stands for JSON, unless that is excluded by name, or by the nearer wildcard.
    private static Optional<Transport> json(Map<String, Double> qualities) {
        for (String range : List.of("application/json", "application/*", "*/*")) {
            Double quality = qualities.get(range);
            if (quality != null) return quality > 0 ? Optional.of(Transport.POLL) : Optional.empty();
        }
        return Optional.empty();
    }
}
