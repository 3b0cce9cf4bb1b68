package dev.sluice.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Decides who may come in before anybody looks at what they want: a web page somewhere must not reach into a
/// hub on its reader's own machine, neither by naming it nor by having its own name resolve to it.
/// `docs/protocol.md` §5.
public final class Gate {
    /// Each by its name, as a request with credentials allows no pattern (Fetch §3.3.5).
    private static final String EXPOSED =
            "ETag, Retry-After, Idempotent-Replay, " + "Sluice-Cursor, Sluice-Latest, Sluice-Earliest, Sluice-Closed";

    /// Values that may stand behind a flag as they are: a message is not to make anybody paste what a shell would run.
    private static final Pattern PLAIN = Pattern.compile("[a-z0-9.:/\\[\\]_-]{1,120}");

    /// Kubernetes and load balancers ask these.
    private static final Set<String> PROBES = Set.of("/livez", "/readyz");

    private final Security security;
    private final Cors cors;
    private final Set<String> hosts;
    private final RefusalLog log = new RefusalLog();

    public Gate(Security security) {
        this(security, Cors.HUB);
    }

    public Gate(Security security, Cors cors) {
        this.security = security;
        this.cors = cors;
        this.hosts = new HashSet<>(security.hosts());
        if (security.insecure()) machineName().ifPresent(hosts::add);
    }

    /// Asks the system's resolver, so only at the start.
    private static Optional<String> machineName() {
        try {
            return Optional.of(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
        } catch (UnknownHostException nameless) {
            return Optional.empty();
        }
    }

    /// Why this request may not come in, if it may not.
    Optional<Problem> refusal(Request request) {
        return host(request).or(() -> proxy(request)).or(() -> origin(request));
    }

    private Optional<Problem> host(Request request) {
        Host host = request.host();
        if (isServed(host, request.isHttp10())) return Optional.empty();
        String name = host == null ? "" : host.name();
        String advice = "start the hub with " + flag("--allow-host", name, "NAME");
        log.refused("host", name, advice);
        return Optional.of(Problems.HOST_REFUSED.of(
                "Host",
                "The host " + Problems.quoted(name) + " is none of this hub's names. Use localhost"
                        + (security.insecure() ? " or an address" : "") + ", or, if it is one of yours, " + advice
                        + "."));
    }

    private boolean isServed(@Nullable Host host, boolean http10) {
        if (host == null) return http10;
        return host.isLoopback()
                || hosts.contains(host.name())
                || hosts.contains("*")
                || (security.insecure() && host.isAddress());
    }

    /// A proxy on this machine makes a hub on loopback a hub of everybody.
    private Optional<Problem> proxy(Request request) {
        if (security.insecure() || security.behindProxy()) return Optional.empty();
        String trace = ProxyTrace.of(request);
        if (trace == null || PROBES.contains(request.path().decoded())) return Optional.empty();
        String advice = "start the hub with --behind-proxy";
        log.refused("proxy", trace, advice);
        return Optional.of(Problems.PROXY_REFUSED.of("A proxy passed this request on (it has " + trace
                + "), and without keys everybody who reaches that proxy could read, publish and delete. If that is meant, "
                + advice + "."));
    }

    private Optional<Problem> origin(Request request) {
        List<String> origins = request.headers().getAll(HttpHeaderNames.ORIGIN);
        for (String origin : origins) {
            if (origins.size() == 1 && (isOwn(origin, request.host()) || grant(origin) != null)) continue;
            String advice = origin.equals("null")
                    ? "serve the page over HTTP: a file has no origin to allow"
                    : "start the hub with " + flag("--origin", origin, "ORIGIN");
            log.refused("origin", origin, advice);
            return Optional.of(Problems.ORIGIN_REFUSED.of(
                    "Origin",
                    "The origin " + Problems.quoted(origin)
                            + " is neither the hub's own nor allowed. If the page is yours, " + advice + "."));
        }
        return Optional.empty();
    }

    private static String flag(String name, String value, String placeholder) {
        return name + " " + (PLAIN.matcher(value).matches() ? value : placeholder);
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
