package dev.sluice.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.auth.identity.PasswordHash;
import dev.sluice.server.limit.FailureLimit;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.limit.RateLimit;
import dev.sluice.server.net.address.TrustedProxies;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// People log in with a password, and their pages use a cookie.
final class PasswordLoginTest {
    private static final String[] PAGE = {
        "Sec-Fetch-Site", "same-origin", "Content-Type", "Application/X-WWW-Form-Urlencoded; charset=utf-8"
    };

    private static HttpResponse<String> login(AuthTestHub hub, String name, String password, String... more) {
        String form = "name=" + name + "&password=" + URLEncoder.encode(password, StandardCharsets.UTF_8);
        return hub.send(
                "POST",
                "/login",
                form,
                Stream.concat(Stream.of(PAGE), Stream.of(more)).toArray(String[]::new));
    }

    private static String cookie(HttpResponse<String> answer) {
        return answer.headers().firstValue("Set-Cookie").orElse("");
    }

    private static int list(AuthTestHub hub, String cookie) {
        return hub.send("GET", "/connections", "", "Cookie", cookie, "Sec-Fetch-Site", "same-origin")
                .statusCode();
    }

    @Test
    void givesACookieThatPermitsWhatThePersonMayDoUntilTheLogout() {
        try (AuthTestHub hub = new AuthTestHub()) {
            HttpResponse<String> answer = login(hub, "carol", AuthTestHub.PASSWORD);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
            assertThat(cookie(answer))
                    .matches("__Host-sluice=login_[A-Za-z0-9_-]{43}; Path=/; Secure; HttpOnly; SameSite=Lax;"
                            + " Max-Age=43200");
            String pair = cookie(answer).split(";", 2)[0];
            assertThat(list(hub, pair)).isEqualTo(200);
            assertThat(hub.send("GET", "/connections", "", "Cookie", pair, "Sec-Fetch-Site", "cross-site")
                            .statusCode())
                    .as("another page's request")
                    .isEqualTo(403);
            Await.that(() -> hub.as(hub.admin, "GET", "/channels/$audit?as=json&after=earliest", "")
                    .body()
                    .contains("\"type\":\"logged-in\""));
            RawClient stream = hub.raw().get("/channels/news?as=sse", "Cookie: " + pair, "Sec-Fetch-Site: same-origin");
            stream.until("\r\n\r\n");
            HttpResponse<String> out =
                    hub.send("DELETE", "/login", "", "Cookie", pair, "Sec-Fetch-Site", "same-origin");
            assertThat(out.statusCode()).isEqualTo(204);
            assertThat(list(hub, pair)).as("the hub knows it no more").isEqualTo(401);
            stream.until("/problems/revoked");
            stream.close();
        }
    }

    @Test
    void logsOutFromTheStreamsThatBeganAfterAChangeOfItsRoles() {
        try (AuthTestHub hub = new AuthTestHub()) {
            String pair = cookie(login(hub, "carol", AuthTestHub.PASSWORD)).split(";", 2)[0];
            hub.reloadWithRolesOfCarol("editor");
            try (RawClient stream =
                    hub.raw().get("/channels/news?as=sse", "Cookie: " + pair, "Sec-Fetch-Site: same-origin")) {
                stream.until("\r\n\r\n");
                Await.that(() -> hub.server().hub().readers().readers() == 1);
                hub.send("DELETE", "/login", "", "Cookie", pair, "Sec-Fetch-Site", "same-origin");
                stream.until("/problems/revoked");
            }
        }
    }

    /// Requests a page as a browser does.
    private static HttpResponse<String> page(AuthTestHub hub, String path, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Accept";
        all[headers.length + 1] = "text/html";
        return hub.send("GET", path, "", all);
    }

    @Test
    void pagesSayWhoIsLoggedInAndOfferWhatThatPersonMaySee() {
        try (AuthTestHub hub = new AuthTestHub()) {
            HttpResponse<String> anonymous = page(hub, "/connections", "Accept-Language", "zh");
            assertThat(anonymous.statusCode()).isEqualTo(401);
            assertThat(anonymous.body())
                    .contains("<form class=\"body\" id=\"login\"", "登录后才能查看此页面。", "data-page=\"connections\" hidden")
                    .doesNotContain("Bearer", "id=\"logout\"", "{{");
            String carol = cookie(login(hub, "carol", AuthTestHub.PASSWORD)).split(";", 2)[0];
            for (String path : List.of("/", "/channels/news", "/connections", "/doctor/", "/login", "/nothing")) {
                assertThat(page(hub, path, "Cookie", carol, "Sec-Fetch-Site", "same-origin")
                                .body())
                        .as(path)
                        .contains("<bdi class=\"who\">carol</bdi>", "id=\"logout\"")
                        .doesNotContain("settings\" hidden");
            }
            String[] bobInChinese = {"Authorization", "Bearer " + hub.token("bob"), "Accept-Language", "zh"};
            assertThat(page(hub, "/connections", bobInChinese).body()).contains("lang=\"zh\">您已以 bob 的身份登录");
            assertThat(page(hub, "/nothing", bobInChinese).body()).contains("lang=\"en\">There is nothing at");
            HttpResponse<String> bob = page(hub, "/connections", "Authorization", "Bearer " + hub.token("bob"));
            assertThat(bob.statusCode()).isEqualTo(403);
            assertThat(bob.body())
                    .contains("You are logged in as bob. This needs the right to admin on **.", "settings\" hidden")
                    .doesNotContain("id=\"login\"", "login\" data-t", "id=\"logout\"");
        }
    }

    @Test
    void pagesOfferNoLoginWhereAnApplicationSetsTheCookie() {
        try (AuthTestHub hub = new AuthTestHub("app_session", 3)) {
            HttpResponse<String> refused = page(hub, "/connections");
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.body()).contains("<h2>Please log in</h2>").doesNotContain("id=\"login\"");
            assertThat(page(hub, "/doctor/").body()).doesNotContain("data-t=\"login\"");
        }
    }

    @Test
    void endsWithItsTimeItsRevocationAndTheHub() {
        try (AuthTestHub hub = new AuthTestHub()) {
            String first = cookie(login(hub, "carol", AuthTestHub.PASSWORD)).split(";", 2)[0];
            hub.now.set(hub.now.get().plus(Duration.ofHours(12)));
            assertThat(list(hub, first)).isEqualTo(401);
            String second = cookie(login(hub, "carol", AuthTestHub.PASSWORD)).split(";", 2)[0];
            hub.now.set(hub.now.get().plus(Duration.ofSeconds(2)));
            assertThat(hub.revoke("{\"sub\": \"carol\"}").statusCode()).isEqualTo(201);
            assertThat(list(hub, second)).isEqualTo(401);
            hub.now.set(hub.now.get().plus(Duration.ofSeconds(2)));
            String third = cookie(login(hub, "carol", AuthTestHub.PASSWORD)).split(";", 2)[0];
            assertThat(list(hub, third)).isEqualTo(200);
            hub.restart();
            assertThat(list(hub, third)).isEqualTo(401);
        }
    }

    @Test
    void logsInAgainWithTheCookieOfALoginThatHasEnded() {
        try (AuthTestHub hub = new AuthTestHub()) {
            String old = cookie(login(hub, "carol", AuthTestHub.PASSWORD)).split(";", 2)[0];
            hub.restart();
            HttpResponse<String> again = login(hub, "carol", AuthTestHub.PASSWORD, "Cookie", old);
            assertThat(again.statusCode()).as(again.body()).isEqualTo(204);
            assertThat(list(hub, cookie(again).split(";", 2)[0])).isEqualTo(200);
        }
    }

    @Test
    void refusesAWrongPasswordAndAnUnknownNameAlike() {
        try (AuthTestHub hub = new AuthTestHub()) {
            HttpResponse<String> wrong = login(hub, "carol", AuthTestHub.PASSWORD + "!");
            HttpResponse<String> unknown = login(hub, "ops", AuthTestHub.PASSWORD);
            assertThat(wrong.statusCode()).isEqualTo(401);
            assertThat(wrong.body()).contains("/problems/bad-login").doesNotContain("carol", AuthTestHub.PASSWORD);
            assertThat(unknown.body()).isEqualTo(wrong.body());
            assertThat(cookie(wrong)).isEmpty();
            assertThat(hub.read(hub.token("carol")).statusCode())
                    .as("no token may have the name of a person with a password")
                    .isEqualTo(401);
        }
    }

    private static LimitSettings twoFailures() {
        LimitSettings all = LimitSettings.DEFAULTS;
        return new LimitSettings(
                1_000,
                0,
                all.connections(),
                all.requests(),
                all.publishes(),
                all.publishBytes(),
                RateLimit.perMinute("limits.auth_failures_per_minute", 2),
                all.callerShare(),
                all.loopDelayMax());
    }

    @Test
    void countsWrongPasswordsAsFailuresToAuthenticate() {
        FailureLimit failures = new FailureLimit(twoFailures(), TrustedProxies.NONE, () -> 0);
        try (AuthTestHub hub = new AuthTestHub(BearerToken.COOKIE, 3, failures)) {
            for (int i = 0; i < 3; i++)
                assertThat(login(hub, "carol", AuthTestHub.PASSWORD).statusCode())
                        .as("a right one counts for nothing")
                        .isEqualTo(204);
            for (int i = 0; i < 2; i++)
                assertThat(login(hub, "carol", "wrong password").statusCode()).isEqualTo(401);
            assertThat(login(hub, "carol", AuthTestHub.PASSWORD).statusCode()).isEqualTo(429);
        }
    }

    @Test
    void countsARightPasswordForNothingIfItsClientHasLeft() throws IOException {
        AtomicInteger reads = new AtomicInteger();
        FailureLimit failures = new FailureLimit(twoFailures(), TrustedProxies.NONE, () -> {
            reads.incrementAndGet();
            return 0;
        });
        try (AuthTestHub hub = new AuthTestHub(BearerToken.COOKIE, 3, failures)) {
            for (int i = 0; i < 2; i++) {
                int before = reads.get();
                RawClient client = sendLogin(hub, "127.0.0.1", AuthTestHub.PASSWORD);
                Await.that(() -> reads.get() > before); // The attempt counts as a failure until it is checked.
                client.socket().setSoLinger(true, 0);
                client.close();
            }
            Await.that(() -> login(hub, "carol", AuthTestHub.PASSWORD).statusCode() == 204);
        }
    }

    /// Eight connections of one address with wrong passwords, as fast as they are answered.
    @Test
    void acceptsARightPasswordDuringAFloodOfWrongOnes() throws Exception {
        FailureLimit failures = new FailureLimit(LimitSettings.DEFAULTS, TrustedProxies.NONE, System::nanoTime);
        AtomicBoolean isOver = new AtomicBoolean();
        try (AuthTestHub hub = new AuthTestHub(BearerToken.COOKIE, 3, failures);
                ExecutorService attackers = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (int i = 0; i < 8; i++) {
                    attackers.submit(() -> {
                        while (!isOver.get()) loginFrom(hub, "127.0.0.66", "wrong password");
                    });
                }
                for (int i = 0; i < 5; i++)
                    assertThat(loginFrom(hub, "127.0.0.2", AuthTestHub.PASSWORD))
                            .startsWith("HTTP/1.1 204");
            } finally {
                isOver.set(true);
            }
        }
    }

    private static String loginFrom(AuthTestHub hub, String address, String password) {
        try (RawClient client = sendLogin(hub, address, password)) {
            return client.until("\r\n\r\n");
        }
    }

    private static RawClient sendLogin(AuthTestHub hub, String address, String password) {
        String form = "name=carol&password=" + password.replace(' ', '+');
        return new RawClient(hub.server().uri().getPort(), address)
                .send("POST /login HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
                        + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + form.length()
                        + "\r\n\r\n" + form);
    }

    @Test
    void delaysTheLoginsOfAnAddressThatFailsAgainAndAgain() {
        AtomicLong nowNs = new AtomicLong();
        FailureLimit failures = new FailureLimit(LimitSettings.DEFAULTS, TrustedProxies.NONE, nowNs::get);
        try (AuthTestHub hub = new AuthTestHub(BearerToken.COOKIE, 3, failures)) {
            for (int i = 0; i < 3; i++)
                assertThat(loginFrom(hub, "127.0.0.2", "wrong password")).startsWith("HTTP/1.1 401");
            assertThat(loginFrom(hub, "127.0.0.2", AuthTestHub.PASSWORD))
                    .startsWith("HTTP/1.1 429")
                    .contains("Retry-After: 1\r\n");
            assertThat(loginFrom(hub, "127.0.0.3", AuthTestHub.PASSWORD)).startsWith("HTTP/1.1 204");
            nowNs.addAndGet(TimeUnit.SECONDS.toNanos(1));
            assertThat(loginFrom(hub, "127.0.0.2", "wrong password")).startsWith("HTTP/1.1 401");
            assertThat(loginFrom(hub, "127.0.0.2", AuthTestHub.PASSWORD)).contains("Retry-After: 2\r\n");
            nowNs.addAndGet(TimeUnit.SECONDS.toNanos(2));
            assertThat(loginFrom(hub, "127.0.0.2", AuthTestHub.PASSWORD)).startsWith("HTTP/1.1 204");
            assertThat(loginFrom(hub, "127.0.0.2", "wrong password")).startsWith("HTTP/1.1 401");
            assertThat(loginFrom(hub, "127.0.0.2", AuthTestHub.PASSWORD)).startsWith("HTTP/1.1 204");
        }
    }

    /// The first address fills the table.
    @Test
    void delaysNoLoginOfANewAddressDuringAFloodOfOthers() {
        LimitSettings all = LimitSettings.DEFAULTS;
        LimitSettings small = new LimitSettings(
                1,
                0,
                all.connections(),
                all.requests(),
                all.publishes(),
                all.publishBytes(),
                all.authFailures(),
                all.callerShare(),
                all.loopDelayMax());
        FailureLimit failures = new FailureLimit(small, TrustedProxies.NONE, () -> 0);
        try (AuthTestHub hub = new AuthTestHub(BearerToken.COOKIE, 3, failures)) {
            for (int i = 2; i < 7; i++)
                assertThat(loginFrom(hub, "127.0.0." + i, "wrong password")).startsWith("HTTP/1.1 401");
            assertThat(loginFrom(hub, "127.0.0.9", AuthTestHub.PASSWORD)).startsWith("HTTP/1.1 204");
        }
    }

    @Test
    void delaysTheLoginsOfAnAddressThatHeldTheirBodiesBack() {
        FailureLimit failures = new FailureLimit(LimitSettings.DEFAULTS, TrustedProxies.NONE, () -> 0);
        String form = "name=carol&password=wrong+password";
        List<RawClient> held = new ArrayList<>();
        try (AuthTestHub hub = new AuthTestHub(BearerToken.COOKIE, 3, failures)) {
            for (int i = 0; i < 10; i++) {
                RawClient client = hub.raw();
                held.add(client);
                client.send("POST /login HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
                        + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + form.length()
                        + "\r\nExpect: 100-continue\r\n\r\n");
                assertThat(client.until("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
            }
            for (int i = 0; i < held.size(); i++) {
                assertThat(held.get(i).send(form).until("\r\n\r\n"))
                        .as("attempt %s", i)
                        .startsWith(i < 3 ? "HTTP/1.1 401" : "HTTP/1.1 429");
            }
        } finally {
            held.forEach(RawClient::close);
        }
    }

    @Test
    void isForPagesOfTheHub() {
        try (AuthTestHub hub = new AuthTestHub()) {
            String form = "name=carol&password=correct+horse+battery";
            String type = "application/x-www-form-urlencoded";
            assertThat(hub.send("POST", "/login", form, "Content-Type", type).statusCode())
                    .isEqualTo(403);
            HttpResponse<String> navigation = hub.send(
                    "POST",
                    "/login",
                    form,
                    "Content-Type",
                    type,
                    "Sec-Fetch-Site",
                    "same-origin",
                    "Sec-Fetch-Mode",
                    "navigate");
            assertThat(navigation.statusCode()).isEqualTo(303);
            assertThat(hub.send("POST", "/login", "x=" + "y".repeat(5_000), PAGE)
                            .statusCode())
                    .isEqualTo(413);
        }
    }

    @Test
    void hashesSoThatOnlyThePasswordFits() {
        PasswordHash hash = PasswordHash.of("correct horse", new SecureRandom());
        PasswordHash read = PasswordHash.parse(hash.text());
        assertThat(read.matches("correct horse")).isTrue();
        assertThat(read.matches("correct horsf")).isFalse();
        assertThat(PasswordHash.of("correct horse", new SecureRandom()).text()).isNotEqualTo(hash.text());
        assertThat(hash.toString()).doesNotContain("argon2");
        assertThatThrownBy(() -> PasswordHash.of("too short", new SecureRandom()))
                .hasMessageContaining("at least 10");
    }

    /// Made with the reference implementation: echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1
    @Test
    void acceptsTheHashesOfOtherPrograms() {
        assertThat(PasswordHash.parse(
                                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
                        .matches("password"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "correct horse battery",
                "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            })
    void refusesOtherHashesWithoutRepeatingThem(String text) {
        assertThatThrownBy(() -> PasswordHash.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining(text);
    }
}
