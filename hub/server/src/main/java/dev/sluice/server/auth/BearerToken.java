package dev.sluice.server.auth;

import dev.sluice.server.auth.hook.Cookie;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.policy.OriginPolicy;
import dev.sluice.server.http.policy.OriginSettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Finds the credential of a request, a key or a token, in one of four places: `Authorization: Bearer`, the
/// parameter `token`, the WebSocket subprotocol `bearer.…`, or else a cookie.
///
/// A browser adds the cookie to every request, also to the requests of a page that sends a newer token itself,
/// and of pages of other sites. Therefore it counts only if there is no other credential, and only if the
/// request comes from [a page that may use it][OriginPolicy#mayUseCookies].
public final class BearerToken {
    /// The cookie that `POST /login` sets. Browsers accept this prefix only from the host itself, over TLS.
    public static final String COOKIE = "__Host-sluice";

    private static final String PROTOCOL_PREFIX = "bearer.";

    /// The protocols that the hub answers with: the answer never repeats the token.
    private static final Set<String> PROTOCOLS = Set.of("sluice.v1.json", "sluice.events");

    private static final Pattern HEADER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]+=*) *");
    private static final Pattern COMMA = Pattern.compile(",");
    private static final Pattern BEARER = Pattern.compile("(?i:bearer)( .*)?");

    private final String cookie;
    private final OriginSettings security;

    /// @param cookie   the name of the cookie
    /// @param security the origins whose pages may use the cookie
    public BearerToken(String cookie, OriginSettings security) {
        this.cookie = cookie;
        this.security = security;
    }

    /// The credential; empty if the caller is anonymous. It is not verified yet.
    ///
    /// @param isSecure whether the client's connection is encrypted, as far as the server knows
    /// @throws dev.sluice.server.http.head.ProblemException if there are several, or one that is malformed
    public Optional<String> of(RequestHead request, boolean isSecure) {
        Set<String> found = new LinkedHashSet<>();
        authorization(request).ifPresent(found::add);
        found.addAll(parameters(request));
        found.addAll(subprotocols(request));
        if (found.isEmpty() && !isLogin(request)) found.addAll(cookies(request, isSecure));
        if (found.size() > 1) {
            throw Problems.BAD_REQUEST.refused("The request has several different tokens: send one, once.");
        }
        return found.stream().findFirst();
    }

    /// A login does not need the cookie, which it replaces: that of an ended login must not refuse a password.
    /// With the cookie of an application the hub has no logins, and the path may be one of the program's own.
    private boolean isLogin(RequestHead request) {
        return isHubCookie()
                && request.method().equals(Method.POST)
                && request.path().decoded().equals("/login");
    }

    /// Returns true if the hub itself sets the cookie, so that it can remove it.
    boolean isHubCookie() {
        return cookie.equals(COOKIE);
    }

    /// Returns true if the credential of a request is its cookie.
    boolean isCookie(RequestHead request) {
        return authorization(request).isEmpty()
                && parameters(request).isEmpty()
                && subprotocols(request).isEmpty();
    }

    OriginSettings security() {
        return security;
    }

    /// Other schemes are ignored: they are meant for a proxy in front of the hub.
    static Optional<String> authorization(RequestHead request) {
        String header = request.header(HeaderNames.AUTHORIZATION).orElse("");
        if (!BEARER.matcher(header).matches()) return Optional.empty();
        var parts = HEADER.matcher(header);
        if (parts.matches()) return Optional.of(parts.group(1));
        throw Problems.BAD_HEADER.refused(
                "Authorization", "The header Authorization has no token after 'Bearer', or more than one token.");
    }

    private static List<String> parameters(RequestHead request) {
        List<String> all = request.parameters().all(Parameters.TOKEN);
        if (all.contains("")) {
            throw Problems.BAD_PARAMETER.refused(Parameters.TOKEN, "The parameter 'token' is empty: leave it out.");
        }
        return all;
    }

    private static List<String> subprotocols(RequestHead request) {
        if (!request.hasToken(HeaderNames.UPGRADE, "websocket")) return List.of();
        List<String> offered = request.headers(HeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(list -> COMMA.splitAsStream(list))
                .map(String::strip)
                .toList();
        List<String> tokens = offered.stream()
                .filter(each -> each.startsWith(PROTOCOL_PREFIX))
                .map(each -> each.substring(PROTOCOL_PREFIX.length()))
                .toList();
        if (tokens.contains("")) {
            throw Problems.BAD_HEADER.refused(
                    "Sec-WebSocket-Protocol", "The subprotocol 'bearer.' has no token: leave it out.");
        }
        // Browsers end a connection if the answer has none of the subprotocols that they offered (WHATWG
        // WebSockets).
        if (!tokens.isEmpty() && offered.stream().noneMatch(PROTOCOLS::contains)) {
            throw Problems.BAD_HEADER.refused(
                    "Sec-WebSocket-Protocol",
                    "Together with 'bearer.' and a token, offer a subprotocol that the hub can answer with:"
                            + " sluice.events on channels, sluice.v1.json for a session.");
        }
        return tokens;
    }

    /// The values of all cookies with this name.
    private List<String> cookies(RequestHead request, boolean isSecure) {
        if (!OriginPolicy.mayUseCookies(request, isSecure, security)) return List.of();
        return Cookie.of(request).stream()
                .filter(each -> each.name().equals(cookie))
                .map(Cookie::unquoted)
                .filter(value -> !value.isEmpty())
                .toList();
    }
}
