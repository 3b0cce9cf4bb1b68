package dev.sluice.server.auth;

import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Grant;
import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.OriginPolicy;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.RequestHead;
import dev.sluice.server.http.Security;
import dev.sluice.server.http.Status;
import java.util.Set;

/// `POST /login` keeps a page's token in a cookie, for what can send no header: EventSource, WebSocket, pages.
/// `DELETE /login` removes it. `docs/protocol.md` §5.
final class LoginRoutes {
    /// Browsers ignore longer cookies, counting name and value (RFC 6265bis §5.6).
    static final int COOKIE_CHARACTERS_MAX = 4_096;

    private static final String SET_COOKIE = "Set-Cookie";
    private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=";

    private final Security security;

    LoginRoutes(Security security) {
        this.security = security;
    }

    /// The value of `Set-Cookie` that removes the cookie.
    static String removal() {
        return BearerToken.COOKIE + "=" + ATTRIBUTES + "0";
    }

    void login(Exchange exchange) {
        RequestHead request = exchange.request();
        request.parameters().allow(Set.of());
        requirePage(request);
        String token = BearerToken.authorization(request)
                .orElseThrow(() -> Problems.BAD_HEADER.refused(
                        "Authorization", "Send the token to keep as 'Authorization: Bearer …', and only there."));
        Grant grant = exchange.grant();
        boolean expires = grant.credential().map(Credential::expiry).isPresent();
        if (!expires) {
            throw Problems.BAD_HEADER.refused(
                    "Authorization",
                    "A static key is for backends, and would never expire in a browser: log in with a token.");
        }
        if (BearerToken.COOKIE.length() + token.length() > COOKIE_CHARACTERS_MAX) {
            throw Problems.TOO_LARGE.refused("The token has " + token.length() + " characters, and browsers keep no"
                    + " cookies of more than " + COOKIE_CHARACTERS_MAX + ": ask for a token with fewer claims.");
        }
        long seconds = Math.max(0, grant.timeLeftMs() / 1_000);
        exchange.answer(Answer.empty(Status.NO_CONTENT)
                .with(SET_COOKIE, BearerToken.COOKIE + "=" + token + ATTRIBUTES + seconds));
    }

    /// Needs no token: the cookie may hold one that is not valid any more.
    void logout(Exchange exchange) {
        exchange.request().parameters().allow(Set.of());
        requirePage(exchange.request());
        exchange.answer(Answer.empty(Status.NO_CONTENT).with(SET_COOKIE, removal()));
    }

    /// Another page would log its visitor in under a name of its own choice, or out.
    private void requirePage(RequestHead request) {
        if (OriginPolicy.mayUseCookies(request, security)) return;
        throw Problems.ORIGIN_REFUSED.refused(
                "Origin",
                "Only pages of the hub's own origin, or of one that --origin names, log in and out: the request has to"
                        + " say so by Origin or Sec-Fetch-Site, as browsers do.");
    }

    /// Answers both where an application sets the cookie.
    static void refuse(Exchange exchange) {
        exchange.refuse(Problems.NOT_FOUND.of(
                "An application sets the cookie of this hub (auth.cookie): log in and out there."));
    }
}
