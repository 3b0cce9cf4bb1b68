package dev.sluice.server.http.policy;

import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Host;
import dev.sluice.server.http.head.MediaType;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Checks `Host`, traces of a proxy, and `Origin` of every request before it is routed: a foreign web page must not
/// reach a hub on its visitor's machine, neither by the hub's address nor by DNS rebinding. `docs/protocol.md` §5.
public final class OriginPolicy {
    /// The request headers on which answers depend.
    public static final String VARY = "Accept, Accept-Encoding, Origin, Authorization, Cookie, Last-Event-ID";

    /// Listed by name, because `*` is no wildcard for requests with credentials (Fetch §3.3.5).
    private static final String EXPOSED = "ETag, Retry-After, WWW-Authenticate, Idempotent-Replay, "
            + "Sluice-Cursor, Sluice-Latest, Sluice-Earliest, Sluice-Closed";

    /// Values that a message may show after a flag: other text could contain shell commands that a user would
    /// paste.
    private static final Pattern PLAIN = Pattern.compile("[a-z0-9.:/\\[\\]_-]{1,120}");

    /// Names of headers, in a text of at most 4,096 characters.
    private static final Pattern ASKED_HEADERS = Pattern.compile(
            "(?=.{1,4096}$)[!#$%&'*+.^_`|~0-9A-Za-z-]++(?:[ \\t]*+,[ \\t]*+[!#$%&'*+.^_`|~0-9A-Za-z-]++)*+");

    private final OriginSettings security;
    private final Cors cors;
    private final @Nullable String machineName;
    private final RefusalLog log = new RefusalLog();

    public OriginPolicy(OriginSettings security) {
        this(security, Cors.HUB);
    }

    public OriginPolicy(OriginSettings security, Cors cors) {
        this.security = security;
        this.cors = cors;
        this.machineName = security.insecure() ? machineName() : null;
    }

    /// Blocks on the system's resolver, so it is called only at the start.
    private static @Nullable String machineName() {
        try {
            return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
        } catch (UnknownHostException nameless) {
            return null;
        }
    }

    /// The client of a request.
    ///
    /// @param peer         the other end of its connection
    /// @param isPeerSecure whether that connection is encrypted
    public ForwardedClient client(RequestHead request, InetSocketAddress peer, boolean isPeerSecure) {
        OriginSettings.Accepted accepted = security.accepted();
        return ForwardedClient.of(request, peer, isPeerSecure, accepted.proxies(), accepted.forwarded());
    }

    /// See [OriginSettings#changes].
    public int changes() {
        return security.changes();
    }

    /// Returns the answer to a request that is not passed to a route: a refusal, or the answer to a preflight.
    ///
    /// @param isSecure whether the connection of its client is encrypted, as far as the server knows
    public Optional<ServerResponse> answer(RequestHead request, boolean isSecure) {
        Optional<Problem> refusal = refusal(request, isSecure);
        if (refusal.isPresent()) return refusal.map(ServerResponse::problem);
        return isPreflight(request) ? Optional.of(preflight(request)) : Optional.empty();
    }

    /// Returns the reason to refuse this request, if there is one.
    private Optional<Problem> refusal(RequestHead request, boolean isSecure) {
        Optional<Problem> refusal = host(request);
        if (refusal.isEmpty()) refusal = proxy(request);
        return refusal.isEmpty() ? origin(request, isSecure) : refusal;
    }

    private Optional<Problem> host(RequestHead request) {
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
        Set<String> hosts = security.accepted().hosts();
        return host.isLoopback()
                || hosts.contains(host.name())
                || hosts.contains("*")
                || host.name().equals(machineName)
                || (security.insecure() && host.isAddress());
    }

    /// A proxy on this machine would open a hub on loopback to the network.
    private Optional<Problem> proxy(RequestHead request) {
        if (security.insecure() || security.behindProxy()) return Optional.empty();
        String trace = ProxyTrace.of(request);
        if (trace == null || request.isProbe()) return Optional.empty();
        String advice = "start the hub with --behind-proxy";
        log.refused("proxy", trace, advice);
        return Optional.of(Problems.PROXY_REFUSED.of("A proxy forwarded this request (it has " + trace
                + "), and without authentication every client of that proxy could read, publish and delete. If that is"
                + " intended, "
                + advice + "."));
    }

    private Optional<Problem> origin(RequestHead request, boolean isSecure) {
        if (isFileOfOwnPage(request)) return Optional.empty();
        List<String> origins = request.headers(HeaderNames.ORIGIN);
        for (String origin : origins) {
            boolean isAllowed = isOwnOrigin(origin, request.host(), isSecure) || allowOrigin(origin) != null;
            if (origins.size() == 1 && isAllowed) continue;
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

    /// Behind a proxy that changes `Host`, the hub's own pages seem to belong to another site. Their files are
    /// not secret, and with them the doctor's page can report what is wrong.
    private static boolean isFileOfOwnPage(RequestHead request) {
        return request.method().equals(Method.GET)
                && request.path().first().equals("page")
                && FetchMetadata.isSameOrigin(request);
    }

    /// Returns the reason to refuse a request to the hub's paths by a page of another site, if there is one.
    public Optional<Problem> crossSite(RequestHead request) {
        Optional<Problem> refusal = FetchMetadata.refusal(request);
        if (refusal.isEmpty()) return refusal;
        log.refused(
                "cross-site",
                FetchMetadata.site(request),
                "if the page is yours, have it use fetch, EventSource or WebSocket, without join= in a link, and start"
                        + " the hub with --origin and its origin");
        return refusal;
    }

    private static String flag(String name, String value, String placeholder) {
        return name + " " + (PLAIN.matcher(value).matches() ? value : placeholder);
    }

    private static boolean isOwnOrigin(String origin, @Nullable Host host, boolean isSecure) {
        return host != null
                && Origin.parse(origin).map(from -> from.isOf(host, isSecure)).orElse(false);
    }

    /// The value of `Access-Control-Allow-Origin` for this origin; null for no such header.
    private @Nullable String allowOrigin(String origin) {
        if (isNamed(origin, security)) return origin;
        return security.accepted().origins().contains("*") ? "*" : null;
    }

    private static boolean isNamed(String origin, OriginSettings security) {
        return Origin.parse(origin).map(security.accepted()::names).orElse(false);
    }

    /// Returns true if the cookies of this request count, because a page made it that may use the hub on behalf
    /// of its visitor. A page that only `*` allows may not. A navigation may, because it changes nothing, and
    /// the page that starts it cannot read the answer.
    ///
    /// @param isSecure whether the connection of its client is encrypted, as far as the server knows
    public static boolean mayUseCookies(RequestHead request, boolean isSecure, OriginSettings security) {
        List<String> origins = request.headers(HeaderNames.ORIGIN);
        if (origins.isEmpty()) return FetchMetadata.isSameOrigin(request) || FetchMetadata.isNavigation(request);
        if (origins.size() > 1) return false;
        return isOwnOrigin(origins.getFirst(), request.host(), isSecure) || isNamed(origins.getFirst(), security);
    }

    /// Returns true if the client certificate of a connection counts for this request. Browsers present it with
    /// the requests of all pages, so from a browser it counts only if a cookie does; other clients send neither
    /// `Origin` nor `Sec-Fetch-Site`.
    public static boolean mayUseCertificate(RequestHead request, boolean isSecure, OriginSettings security) {
        boolean isOfPage = request.hasHeader(HeaderNames.ORIGIN) || FetchMetadata.isPresent(request);
        return !isOfPage || mayUseCookies(request, isSecure, security);
    }

    /// Returns true for a CORS preflight request (Fetch §4.8).
    boolean isPreflight(RequestHead request) {
        return request.method().equals(Method.OPTIONS)
                && request.hasHeader(HeaderNames.ORIGIN)
                && request.hasHeader(HeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    }

    ServerResponse preflight(RequestHead request) {
        return ServerResponse.empty(Status.NO_CONTENT)
                .with(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, cors.methods())
                .with(HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, allowedHeaders(request))
                .with(HeaderNames.ACCESS_CONTROL_MAX_AGE, "" + cors.maxAge().toSeconds());
    }

    /// The request headers that a page may send. A page of an allowed origin may send any header that it asks for:
    /// other clients can send them anyway, and tracing libraries add new ones all the time.
    private String allowedHeaders(RequestHead request) {
        String asked = String.join(", ", request.headers(HeaderNames.ACCESS_CONTROL_REQUEST_HEADERS));
        if (!ASKED_HEADERS.matcher(asked).matches()) asked = "";
        String named = cors.headers();
        if (named == null) return asked.isEmpty() ? Cors.HEADERS : Cors.HEADERS + ", " + asked;
        List<String> allowed = MediaType.split(named.toLowerCase(Locale.ROOT), ',');
        for (String each : MediaType.split(asked.toLowerCase(Locale.ROOT), ',')) {
            if (!each.isEmpty() && !allowed.contains(each) && !allowed.contains("*"))
                log.refused("header", each, "name it in corsHeaders(…)");
        }
        return named;
    }

    /// Returns true if answers to requests without an `Origin` also permit pages of all origins to read them.
    /// May change while the server runs.
    public boolean tellsOriginsAlways() {
        return cors.isAlwaysSent() && security.accepted().origins().contains("*");
    }

    /// Adds the headers that answers to all clients have.
    public static void addCommonHeaders(HttpHeaders answer) {
        if (!answer.contains(HeaderNames.CACHE_CONTROL)) answer.set(HeaderNames.CACHE_CONTROL, "no-store");
        answer.set(HeaderNames.VARY, VARY);
        answer.set("X-Content-Type-Options", "nosniff");
    }

    /// Adds the headers common to all answers, including errors: without them a page could not read the problem.
    public void addHeaders(HttpHeaders request, HttpHeaders answer) {
        addCommonHeaders(answer);
        List<String> origins = request.getAll(HeaderNames.ORIGIN);
        String allowOrigin = origins.size() == 1 ? allowOrigin(origins.getFirst()) : null;
        if (tellsOriginsAlways()) {
            if (origins.isEmpty()) allowOrigin = "*";
            if (!answer.contains(
                    HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS)) { // A preflight has those that its page asks for.
                String named = cors.headers();
                answer.set(HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, named == null ? Cors.HEADERS : named);
            }
        }
        if (allowOrigin == null) return;
        answer.set(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, allowOrigin);
        // With '*', browsers withhold answers to requests with credentials (Fetch §3.3.5).
        if (!allowOrigin.equals("*")) answer.set(HeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        String further = answer.get(HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS); // Those of a program's route.
        answer.set(HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, further == null ? EXPOSED : EXPOSED + ", " + further);
    }
}
