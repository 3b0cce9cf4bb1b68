package dev.sluice.server.transport;

import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.MediaType;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.subscribe.TransportSpec.Choice;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Chooses the transport for a request: an upgrade, else `as=`, else the best match of its `Accept` header. See
/// `docs/protocol.md` §2. Immutable, safe to share.
public final class Negotiation {
    /// The type that a wildcard stands for, unless it or a more specific wildcard has quality 0.
    private static final String USUAL = "application/json";

    private static final List<String> WILDCARDS = List.of(USUAL, "application/*", "*/*");

    private final Map<String, Transport> byUpgrade = new LinkedHashMap<>();
    private final Map<String, Transport> byWord = new LinkedHashMap<>();
    private final Map<String, Transport> byMediaType = new LinkedHashMap<>();
    private final Transport usual;

    /// @param transports in the order of preference between equal qualities; one answers with JSON
    public Negotiation(List<Transport> transports) {
        for (Transport each : transports) {
            switch (each.spec().choice()) {
                case Choice.Upgrade(String protocol) -> byUpgrade.put(protocol, each);
                case Choice.Type(String mediaType, String as) -> {
                    byWord.put(as, each);
                    byMediaType.put(mediaType, each);
                }
                case Choice.None() ->
                    throw new IllegalArgumentException(
                            "no request can choose the transport " + each.spec().title());
            }
        }
        Transport json = byMediaType.get(USUAL);
        if (json == null) throw new IllegalArgumentException("a transport must answer with " + USUAL);
        usual = json;
    }

    /// The words for `as=`.
    public List<String> words() {
        return List.copyOf(byWord.keySet());
    }

    /// @throws dev.sluice.server.http.head.ProblemException `406` if no transport is acceptable, `400` for an
    ///     unknown value of `as=`
    public Transport of(RequestHead request) {
        for (var each : byUpgrade.entrySet()) if (isUpgrade(request, each.getKey())) return each.getValue();
        return request.parameters().choice("as", byWord).orElseGet(() -> accepted(request));
    }

    /// Whether the client asks to upgrade this connection to WebSocket.
    public static boolean isWebSocket(RequestHead request) {
        return isUpgrade(request, "websocket");
    }

    /// Whether the client asks to upgrade this connection to a protocol (RFC 6455 §4.1). Other upgrades, such as the
    /// one to HTTP/2 that java.net.http offers with each request, are ignored (RFC 9110 §7.8).
    private static boolean isUpgrade(RequestHead request, String protocol) {
        return request.method().equals(Method.GET)
                && !request.isHttp10()
                && request.hasToken(HeaderNames.UPGRADE, protocol)
                && request.hasToken(HeaderNames.CONNECTION, "upgrade");
    }

    private Transport accepted(RequestHead request) {
        String accept = String.join(",", request.headers(HeaderNames.ACCEPT));
        if (accept.isBlank()) return usual;
        Map<String, Double> qualities = qualities(accept);
        return byMediaType(qualities)
                .or(() -> byWildcard(qualities))
                .orElseThrow(() -> Problems.NOT_ACCEPTABLE.refused(
                        "Accept",
                        "None of the types in " + Problems.quoted(accept) + " is available: accept " + types()
                                + ", or use as=."));
    }

    /// The media types as the end of a sentence.
    private String types() {
        String types = String.join(", ", byMediaType.keySet());
        int last = types.lastIndexOf(", ");
        return last < 0 ? types : types.substring(0, last) + " or " + types.substring(last + 2);
    }

    /// Malformed ranges are ignored rather than refused, as browser extensions also write to this header.
    private static Map<String, Double> qualities(String accept) {
        var qualities = new HashMap<String, Double>();
        for (String range : MediaType.split(accept, ',')) {
            MediaType.parse(range).ifPresent(type -> {
                double quality = quality(type.parameters().getOrDefault("q", "1"));
                // If a type is listed twice, as with two profiles, the higher quality counts.
                if (quality >= 0) qualities.merge(type.commonName(), quality, Math::max);
            });
        }
        return qualities;
    }

    private static double quality(String text) {
        // Accepts ".2", which HttpURLConnection sends, and more digits than RFC 9110 §12.4.2 allows.
        return text.matches("(0(\\.[0-9]{0,9})?|\\.[0-9]{1,9}|1(\\.0{0,9})?)") ? Double.parseDouble(text) : -1;
    }

    private Optional<Transport> byMediaType(Map<String, Double> qualities) {
        String best = null;
        for (String each : byMediaType.keySet()) {
            double quality = qualities.getOrDefault(each, 0.0);
            if (quality > 0 && (best == null || quality > qualities.getOrDefault(best, 0.0))) best = each;
        }
        return Optional.ofNullable(best).map(byMediaType::get);
    }

    private Optional<Transport> byWildcard(Map<String, Double> qualities) {
        for (String range : WILDCARDS) {
            Double quality = qualities.get(range);
            if (quality != null) return quality > 0 ? Optional.of(usual) : Optional.empty();
        }
        return Optional.empty();
    }
}
