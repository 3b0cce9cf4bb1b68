package dev.sluice.server.http;

import java.time.Duration;

/// What pages of other origins are told that they may do (Fetch §3.3), once [Security] lets their origin
/// in.
///
/// @param methods       as `Access-Control-Allow-Methods` lists them
/// @param headers       as `Access-Control-Allow-Headers` lists them
/// @param maxAge        how long a browser may keep the answer to its preflight
/// @param isSaidUnasked whether an answer says what all origins may do also where nobody asked
public record Cors(String methods, String headers, Duration maxAge, boolean isSaidUnasked) {
    /// As long as browsers keep it at most (Chromium: two hours).
    public static final Duration MAX_AGE = Duration.ofHours(2);

    /// What the hub itself reads.
    public static final String HEADERS =
            "Authorization, Content-Type, Last-Event-ID, Idempotency-Key, If-Match, If-None-Match";

    /// The hub's own paths.
    public static final Cors HUB = new Cors("GET, HEAD, POST, PUT, DELETE", HEADERS, MAX_AGE, false);

    /// What a program may serve besides. It says `*` unasked, as programs do whose clients look for it.
    public static Cors ofProgram(String headers, Duration maxAge) {
        return new Cors("GET, HEAD, POST, PUT, DELETE, OPTIONS", headers, maxAge, true);
    }
}
