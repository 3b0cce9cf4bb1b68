package dev.sluice.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides who may come in before anybody looks at what they want: a web page somewhere must not reach into a
/// hub on its reader's own machine, neither by naming it nor by having its own name resolve to it.
/// `docs/protocol.md` §5.
public final class Gate {
    /// Each by its name, as a request with credentials allows no pattern (Fetch §3.3.5).
    private static final String EXPOSED =
            "ETag, Retry-After, Idempotent-Replay, " + "Sluice-Cursor, Sluice-Latest, Sluice-Earliest, Sluice-Closed";

    private final Security security;
    private final Cors cors;

    public Gate(Security security) {
        this(security, Cors.HUB);
    }

    public Gate(Security security, Cors cors) {
        this.security = security;
        this.cors = cors;
    }

    /// Why this request may not come in, if it may not.
    Optional<Problem> refusal(Request request) {
        Host host = request.host();
        if (!security.insecure() && !isServed(host, request.isHttp10())) {
            return Optional.of(
                    Problems.HOST_REFUSED.of(
                            "Host",
                            "The host " + (host == null ? "''" : Problems.quoted(host.name()))
                                    + " is none of this hub's names. Use localhost, or start the hub with this name configured."));
        }
        List<String> origins = request.headers().getAll(HttpHeaderNames.ORIGIN);
        for (String origin : origins) {
            if (origins.size() == 1 && (isOwn(origin, host) || grant(origin) != null)) continue;
            return Optional.of(Problems.ORIGIN_REFUSED.of(
                    "Origin",
                    "The origin " + Problems.quoted(origin)
                            + " is neither the hub's own nor configured. Start the hub with this origin allowed."));
        }
        return Optional.empty();
    }

    private boolean isServed(@Nullable Host host, boolean http10) {
        if (host == null) return http10;
        return host.isLoopback() || security.hosts().contains(host.name());
    }

    private static boolean isOwn(String origin, @Nullable Host host) {
        return host != null && Origin.parse(origin).map(from -> from.isOf(host)).orElse(false);
    }

    /// What `Access-Control-Allow-Origin` says to this origin; null: nothing.
    private @Nullable String grant(String origin) {
        var from = Origin.parse(origin);
        for (String allowed : security.origins()) {
            if (from.isPresent() && from.equals(Origin.parse(allowed))) return origin;
        }
        return security.origins().contains("*") ? "*" : null;
    }

    /// Whether a browser asks if it may ask (Fetch §4.8).
    boolean isPreflight(Request request) {
        return request.method().equals(HttpMethod.OPTIONS)
                && request.headers().contains(HttpHeaderNames.ORIGIN)
                && request.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    }

    Answer preflight() {
        return Answer.empty(HttpResponseStatus.NO_CONTENT)
                .with(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, cors.methods())
                .with(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, cors.headers())
                .with(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, "" + cors.maxAge().toSeconds());
    }

    /// Puts what every answer says into an answer's headers, errors too: else a page could not read why.
    void mark(HttpHeaders request, HttpHeaders answer) {
        if (!answer.contains(HttpHeaderNames.CACHE_CONTROL)) answer.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        answer.set(HttpHeaderNames.VARY, "Accept, Origin, Authorization, Cookie, Last-Event-ID");
        answer.set("X-Content-Type-Options", "nosniff");
        List<String> origins = request.getAll(HttpHeaderNames.ORIGIN);
        String grant = origins.size() == 1 ? grant(origins.getFirst()) : null;
        if (cors.isSaidUnasked() && security.origins().contains("*")) {
            if (origins.isEmpty()) grant = "*";
            answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, cors.headers());
        }
        if (grant == null) return;
        answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, grant);
        // With '*' cookies don't count: every page may ask, none as somebody.
        if (!grant.equals("*")) answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        answer.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}
