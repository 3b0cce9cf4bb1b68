package dev.sluice.server.http.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The CORS headers for pages of other origins (Fetch §3.3) whose origin [OriginSettings] allows.
///
/// @param methods       as `Access-Control-Allow-Methods` lists them
/// @param headers       as `Access-Control-Allow-Headers` lists them; null allows those that a page asks for
/// @param maxAge        how long a browser may cache the answer to its preflight
/// @param isAlwaysSent  whether the headers that apply to all origins are sent without an `Origin` header, too
public record Cors(String methods, @Nullable String headers, Duration maxAge, boolean isAlwaysSent) {
    /// The longest time for which browsers cache a preflight (Chromium: two hours).
    public static final Duration MAX_AGE = Duration.ofHours(2);

    /// The request headers that the hub reads.
    public static final String HEADERS =
            "Authorization, Content-Type, Last-Event-ID, Idempotency-Key, If-Match, If-None-Match, traceparent";

    /// For the hub's own paths.
    public static final Cors HUB = new Cors("GET, HEAD, POST, PUT, DELETE", null, MAX_AGE, false);

    /// For the routes of an embedding program. `*` is sent without an `Origin` header, too, because some clients of
    /// such programs expect it.
    public static Cors ofProgram(@Nullable String headers, Duration maxAge) {
        return new Cors("GET, HEAD, POST, PUT, DELETE, OPTIONS", headers, maxAge, true);
    }
}
