package dev.sluice.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.RawClient;
import dev.sluice.server.Secure;
import dev.sluice.server.TestServer;
import dev.sluice.server.http.policy.OriginSettings;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A page keeps its token in a cookie.
final class LoginTest {
    private static final String SHOP = "https://shop.example";
    private static final String PATH = "/channels/news?as=json&after=earliest";

    @AutoClose
    private final AuthTestHub hub = new AuthTestHub();

    private static String cookie(HttpResponse<String> answer) {
        return answer.headers().firstValue("Set-Cookie").orElse("");
    }

    private HttpResponse<String> login(String token, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Authorization";
        all[headers.length + 1] = "Bearer " + token;
        return hub.send("POST", "/login", "", all);
    }

    @Test
    void keepsTheTokenInACookieUntilItExpires() {
        String alice = hub.token("alice");
        hub.now.set(hub.now.get().plus(Duration.ofSeconds(100)));
        HttpResponse<String> answer = login(alice, "Origin", SHOP);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        assertThat(cookie(answer))
                .isEqualTo("__Host-sluice=" + alice + "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=500");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials"))
                .contains("true");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains(SHOP);
        String pair = cookie(answer).split(";", 2)[0];
        assertThat(hub.send("GET", PATH, "", "Cookie", pair, "Origin", SHOP).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site, same-origin, 204",
        "Sec-Fetch-Site, same-site, 403",
        "Sec-Fetch-Site, cross-site, 403",
        "Origin, https://evil.example, 403",
        "X-Other, nothing, 403",
    })
    void isForPagesThatMayUseTheCookie(String header, String value, int status) {
        assertThat(login(hub.token("alice"), header, value).statusCode()).isEqualTo(status);
        HttpResponse<String> out = hub.send("DELETE", "/login", "", header, value);
        assertThat(out.statusCode()).isEqualTo(status);
    }

    @Test
    void acceptsATokenInTheHeaderOnly() {
        String alice = hub.token("alice");
        for (HttpResponse<String> refused : List.of(
                hub.send("POST", "/login?token=" + alice, "", "Origin", SHOP),
                hub.send("POST", "/login", "", "Origin", SHOP, "Cookie", "__Host-sluice=" + alice),
                login(hub.admin, "Origin", SHOP))) {
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
            assertThat(refused.body()).contains("\"field\":\"Authorization\"").doesNotContain(alice, hub.admin);
            assertThat(cookie(refused)).isEmpty();
        }
        assertThat(login(alice + "x", "Origin", SHOP).statusCode()).isEqualTo(401);
    }

    @Test
    void refusesATokenThatBrowsersWouldNotKeep() {
        HttpResponse<String> refused = login(hub.token("alice", "x", "y".repeat(3_200)), "Origin", SHOP);
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("4096");
    }

    @Test
    void removesTheCookieAlsoIfItsTokenIsBad() {
        HttpResponse<String> out = hub.send("DELETE", "/login", "", "Origin", SHOP, "Cookie", "__Host-sluice=junk");
        assertThat(out.statusCode()).isEqualTo(204);
        assertThat(cookie(out)).startsWith("__Host-sluice=; ").endsWith("; Max-Age=0");
    }

    /// Otherwise the page could do nothing until the cookie expires, as only the hub can remove it.
    @Test
    void removesABadCookieThatItRefuses() {
        HttpResponse<String> refused = hub.send("GET", PATH, "", "Origin", SHOP, "Cookie", "__Host-sluice=junk");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(cookie(refused)).startsWith("__Host-sluice=; ").endsWith("; Max-Age=0");
        assertThat(refused.headers().firstValue("Access-Control-Expose-Headers").orElse(""))
                .contains("WWW-Authenticate");
        HttpResponse<String> header = hub.send(
                "GET", PATH, "", "Origin", SHOP, "Cookie", "__Host-sluice=good", "Authorization", "Bearer junk");
        assertThat(header.statusCode()).isEqualTo(401);
        assertThat(cookie(header)).as("the cookie was not at fault").isEmpty();
    }

    /// Anyone on the way to a visitor can answer for the page without TLS.
    @ParameterizedTest
    @CsvSource({"https, 101", "http, 403"})
    void refusesAWebSocketOverTlsOfAPageWithoutTls(String scheme, int status) {
        try (TestServer server =
                        TestServer.start(Secure.settings(TestServer.settings(2)), hub.filter(OriginSettings.LOOPBACK));
                RawClient client = new RawClient(server)) {
            int port = server.server().uri().getPort();
            client.send("GET /session HTTP/1.1\r\nHost: localhost:" + port + "\r\nOrigin: " + scheme
                    + "://localhost:" + port + "\r\nCookie: __Host-sluice=" + hub.token("alice")
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Protocol: sluice.v1.json\r\n"
                    + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
            assertThat(client.until("\r\n\r\n")).startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @Test
    void leavesTheCookieToAnApplicationThatSetsIt() {
        try (AuthTestHub other = new AuthTestHub("app_session", 3)) {
            String alice = other.token("alice");
            assertThat(other.send("GET", PATH, "", "Origin", SHOP, "Cookie", "app_session=" + alice)
                            .statusCode())
                    .isEqualTo(200);
            HttpResponse<String> refused =
                    other.send("GET", PATH, "", "Origin", SHOP, "Cookie", "app_session=" + alice + "x");
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(cookie(refused)).isEmpty();
            assertThat(other.send("POST", "/login", "", "Origin", SHOP, "Authorization", "Bearer " + alice)
                            .body())
                    .contains("auth.cookie");
        }
    }
}
