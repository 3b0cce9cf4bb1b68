package dev.sluice.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Requests;
import dev.sluice.server.http.policy.OriginSettings;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BearerTokenTest {
    private static final String[] SAME_ORIGIN = {"Sec-Fetch-Site", "same-origin"};

    private final BearerToken bearer = new BearerToken(
            BearerToken.COOKIE, new OriginSettings(true, true, Set.of(), Set.of("https://shop.example", "*")));

    private String token(String target, String... headers) {
        return bearer.of(Requests.get(target, headers), false).orElse("none");
    }

    private Problem refusal(String target, String... headers) {
        RequestHead request = Requests.get(target, headers);
        try {
            bearer.of(request, false);
        } catch (ProblemException refused) {
            assertThat(refused.problem().detail()).doesNotContain("secret");
            return refused.problem();
        }
        throw new AssertionError("not refused");
    }

    private static String[] with(String[] some, String... more) {
        String[] all = new String[some.length + more.length];
        System.arraycopy(some, 0, all, 0, some.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    @Test
    void findsNothingInARequestWithoutATokenAtAll() {
        assertThat(token("/channels/a")).isEqualTo("none");
        assertThat(token("/channels/a?tokens=x", "Cookie", "a=b", "Authorization", "Basic c2VjcmV0"))
                .isEqualTo("none");
    }

    @Test
    void findsTheTokenInTheHeader() {
        assertThat(token("/", "Authorization", "Bearer a.b-c_d~e+f/g=")).isEqualTo("a.b-c_d~e+f/g=");
        assertThat(token("/", "authorization", "bearer  abc ")).isEqualTo("abc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer ", "Bearer secret secret", "Bearer secret,secret", "Bearer \"secret\""})
    void refusesAMalformedHeader(String header) {
        Problem problem = refusal("/", "Authorization", header);
        assertThat(problem.type()).isEqualTo("/problems/bad-header");
        assertThat(problem.field()).isEqualTo("Authorization");
    }

    @Test
    void findsTheTokenInTheParameter() {
        assertThat(token("/channels/a?after=latest&token=a.b.c")).isEqualTo("a.b.c");
        assertThat(refusal("/channels/a?token=").type()).isEqualTo("/problems/bad-parameter");
    }

    @Test
    void findsTheTokenAmongTheSubprotocols() {
        String[] upgrade = {"Upgrade", "websocket", "Connection", "Upgrade"};
        assertThat(token("/session", with(upgrade, "Sec-WebSocket-Protocol", "sluice.v1.json, bearer.a.b-c_d")))
                .isEqualTo("a.b-c_d");
        assertThat(token(
                        "/channels/a",
                        with(upgrade, "Sec-WebSocket-Protocol", "bearer.x", "Sec-WebSocket-Protocol", "sluice.events")))
                .isEqualTo("x");
        assertThat(token("/channels/a", with(upgrade, "Sec-WebSocket-Protocol", "sluice.events")))
                .isEqualTo("none");
        // Only a handshake has subprotocols.
        assertThat(token("/channels/a", "Sec-WebSocket-Protocol", "sluice.events, bearer.x"))
                .isEqualTo("none");
    }

    @Test
    void refusesATokenAsTheOnlySubprotocol() {
        Problem problem =
                refusal("/channels/a", "Upgrade", "websocket", "Sec-WebSocket-Protocol", "bearer.secret, chat");
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.detail()).contains("sluice.events", "sluice.v1.json");
    }

    @Test
    void refusesASubprotocolWithoutAToken() {
        Problem problem =
                refusal("/session", "Upgrade", "websocket", "Sec-WebSocket-Protocol", "sluice.v1.json, bearer.");
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.detail()).contains("bearer.");
    }

    @Test
    void refusesDifferentTokensAndAcceptsTheSameTwice() {
        assertThat(refusal("/?token=secret1", "Authorization", "Bearer secret2").status())
                .isEqualTo(400);
        assertThat(refusal("/?token=secret1&token=secret2").status()).isEqualTo(400);
        assertThat(refusal("/", "Authorization", "Bearer secret1", "Authorization", "Bearer secret2")
                        .status())
                .isEqualTo(400);
        assertThat(refusal(
                                "/?token=secret1",
                                "Upgrade",
                                "websocket",
                                "Sec-WebSocket-Protocol",
                                "sluice.events, bearer.secret2")
                        .status())
                .isEqualTo(400);
        assertThat(refusal("/", with(SAME_ORIGIN, "Cookie", "__Host-sluice=secret1; __Host-sluice=secret2"))
                        .status())
                .isEqualTo(400);
        assertThat(token("/?token=a", "Authorization", "Bearer a")).isEqualTo("a");
    }

    // --- cookies

    @Test
    void findsTheTokenInTheCookie() {
        assertThat(token("/", with(SAME_ORIGIN, "Cookie", "a=b; __Host-sluice=x.y; c=d")))
                .isEqualTo("x.y");
        assertThat(token("/", with(SAME_ORIGIN, "Cookie", "__Host-sluice=\"x\"")))
                .isEqualTo("x");
        assertThat(token("/", with(SAME_ORIGIN, "Cookie", "__Host-sluice="))).isEqualTo("none");
        assertThat(token("/", with(SAME_ORIGIN, "Cookie", "__Host-sluice"))).isEqualTo("none");
        assertThat(token("/", with(SAME_ORIGIN, "Cookie", "x__Host-sluice=x; __host-sluice=x")))
                .isEqualTo("none");
        var own = new BearerToken("app", OriginSettings.LOOPBACK);
        assertThat(own.of(Requests.get("/", with(SAME_ORIGIN, "Cookie", "app=x; __Host-sluice=y")), false))
                .contains("x");
    }

    /// With an application's cookie, `POST /login` may be a route of the program that embeds the hub.
    @Test
    void ignoresItsOwnCookieButNotThatOfAnApplicationInALogin() {
        RequestHead login = Requests.of(Method.POST, "/login", with(SAME_ORIGIN, "Cookie", "app=x; __Host-sluice=y"));
        assertThat(bearer.of(login, false)).isEmpty();
        assertThat(new BearerToken("app", OriginSettings.LOOPBACK).of(login, false))
                .contains("x");
    }

    /// A page with a newer token sends the browser's cookie along, whether it wants to or not.
    @Test
    void prefersEveryOtherTokenToTheCookie() {
        assertThat(token("/", with(SAME_ORIGIN, "Cookie", "__Host-sluice=old", "Authorization", "Bearer new")))
                .isEqualTo("new");
        assertThat(token("/?token=new", with(SAME_ORIGIN, "Cookie", "__Host-sluice=old")))
                .isEqualTo("new");
    }

    @Test
    void acceptsACookieFromPagesThatMayUseIt() {
        String[] cookie = {"Cookie", "__Host-sluice=x"};
        for (String origin : new String[] {"http://localhost", "https://localhost", "https://shop.example"})
            assertThat(token("/", with(cookie, "Origin", origin))).as(origin).isEqualTo("x");
        assertThat(token("/", with(cookie, SAME_ORIGIN))).isEqualTo("x");
        assertThat(token(
                        "/channels/a",
                        with(
                                cookie,
                                "Sec-Fetch-Site",
                                "cross-site",
                                "Sec-Fetch-Mode",
                                "navigate",
                                "Sec-Fetch-Dest",
                                "document")))
                .isEqualTo("x");
    }

    @Test
    void ignoresACookieFromOtherPagesAndPrograms() {
        String[] cookie = {"Cookie", "__Host-sluice=x"};
        assertThat(token("/", cookie)).isEqualTo("none");
        // `*` lets a page in, but not in the name of its visitor.
        for (String origin : new String[] {"https://evil.example", "http://shop.example", "null", ""})
            assertThat(token("/", with(cookie, "Origin", origin))).as(origin).isEqualTo("none");
        assertThat(token("/", with(cookie, "Origin", "https://shop.example", "Origin", "https://evil.example")))
                .isEqualTo("none");
        assertThat(token("/", with(cookie, with(SAME_ORIGIN, "Origin", "https://evil.example"))))
                .isEqualTo("none");
        for (String site : new String[] {"same-site", "cross-site", "none"})
            assertThat(token("/", with(cookie, "Sec-Fetch-Site", site)))
                    .as(site)
                    .isEqualTo("none");
        // A frame and a form of another site.
        String[] navigation = {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"};
        assertThat(token("/", with(cookie, with(navigation, "Sec-Fetch-Dest", "iframe"))))
                .isEqualTo("none");
        String[] form = with(cookie, with(navigation, "Sec-Fetch-Dest", "document"));
        assertThat(bearer.of(Requests.of(Method.POST, "/channels/a", form), false))
                .isEmpty();
    }

    /// Anyone on the way to a visitor can answer for the page without TLS.
    @Test
    void ignoresACookieOfTheHubOverTlsFromItsPageWithoutTls() {
        String[] cookie = {"Cookie", "__Host-sluice=x"};
        assertThat(bearer.of(Requests.get("/", with(cookie, "Origin", "http://localhost")), true))
                .isEmpty();
        assertThat(bearer.of(Requests.get("/", with(cookie, "Origin", "https://localhost")), true))
                .contains("x");
    }

    @Test
    void refusesABrokenParameterWithoutRepeatingIt() {
        for (String target : new String[] {"/?token=secret%zz", "/?%74oken=secret%zz"}) {
            assertThatThrownBy(() -> Requests.get(target))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("percent-encoded")
                    .hasMessageNotContaining("secret");
        }
    }
}
