package dev.sluice.server.auth;

import static dev.sluice.server.auth.TestPermissions.on;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.auth.GrantRules.Rule;
import dev.sluice.server.auth.identity.GrantSubject;
import dev.sluice.server.auth.identity.KeyMaterial;
import dev.sluice.server.auth.identity.SigningAlgorithm;
import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.auth.identity.VerificationKey;
import dev.sluice.server.auth.identity.VerificationKey.StaticKey;
import dev.sluice.server.auth.identity.VerificationKey.TokenKey;
import dev.sluice.server.auth.token.TokenRevocations;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.json.Json;
import dev.sluice.server.limit.FailureLimit;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.net.address.TrustedProxies;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// "Public read, private publish", and private rooms, over real sockets.
final class AuthFilterTest {
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    private static final TestIssuer SHOP = TestIssuer.hs256("shop");
    private static final TestIssuer REMOTE = TestIssuer.rs256("remote");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final String backend = StaticKeys.generate("backend", new SecureRandom());
    private HttpServer issuer;
    private TestServer server;
    private final AtomicLong elapsedNs = new AtomicLong();

    @BeforeEach
    void start() throws Exception {
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.createContext("/keys", exchange -> {
            byte[] keys = Json.write(Map.of("keys", List.of(REMOTE.jwk())));
            exchange.sendResponseHeaders(200, keys.length);
            try (var out = exchange.getResponseBody()) {
                out.write(keys);
            }
        });
        issuer.start();
        URI keys = URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys");
        List<VerificationKey> trusted = List.of(
                new StaticKey("backend", StaticKeys.hash(backend), Set.of(), on("**", Verb.PUBLISH, Verb.DELETE)),
                SHOP.key(),
                new TokenKey(
                        "sets",
                        SigningAlgorithm.RS256,
                        new KeyMaterial.KeySet(keys),
                        null,
                        null,
                        Permissions.ALL,
                        TokenKey.LIFETIME_MAX));
        List<Rule> rules = List.of(
                new Rule(new GrantSubject.Anyone(), on("news/**", Verb.SUBSCRIBE), false),
                new Rule(new GrantSubject.Anyone(), on("lobby", Verb.SUBSCRIBE, Verb.JOIN, Verb.PRESENCE), false),
                new Rule(new GrantSubject.Authenticated(), on("rooms/{sub}/*", Verb.SUBSCRIBE, Verb.PUBLISH), false));
        OriginSettings security = new OriginSettings(false, false, Set.of(), Set.of("https://shop.example"));
        AuthFilter filter = TestAuth.filter(
                new BearerToken(BearerToken.COOKIE, security),
                TestAuth.authenticator(trusted, now::get, TokenRevocations.COUNT_MAX),
                rules,
                new FailureLimit(LimitSettings.DEFAULTS, TrustedProxies.NONE, elapsedNs::get),
                now::get);
        server = TestServer.start(
                TestServer.settings(2).toBuilder().security(security).build(), filter);
    }

    @AfterEach
    void close() {
        server.close();
        issuer.stop(0);
    }

    private static String token(String subject) {
        return token(SHOP, subject);
    }

    private static String token(TestIssuer issuer, String subject) {
        return issuer.token(Map.of("sub", subject, "exp", START.getEpochSecond() + 600));
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) {
        return server.send(method, path, body, headers);
    }

    private HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    private HttpResponse<String> publish(String path, String... headers) {
        return send("POST", path, "hello", headers);
    }

    private static String[] bearer(String token) {
        return new String[] {"Authorization", "Bearer " + token};
    }

    private static void assertProblem(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).contains("/problems/" + type);
    }

    private RawClient raw() {
        return new RawClient(server);
    }

    @Test
    void letsAnyoneReadAndOnlyKeysPublish() {
        assertThat(publish("/channels/news/a", bearer(backend)).statusCode()).isEqualTo(201);
        assertThat(get("/channels/news/a?as=json&after=earliest").body()).contains("hello");
        assertProblem(publish("/channels/news/a"), 401, "unauthorized");
        assertProblem(publish("/channels/news/a", bearer(token("alice"))), 403, "forbidden");
        assertProblem(send("DELETE", "/channels/news/a", ""), 401, "unauthorized");
        assertThat(send("DELETE", "/channels/news/a", "", bearer(backend)).statusCode())
                .isBetween(200, 299);
    }

    @Test
    void givesEachCallerItsOwnRoom() {
        for (TestIssuer each : List.of(SHOP, REMOTE)) {
            String[] alice = bearer(token(each, "alice"));
            assertThat(publish("/channels/rooms/alice/x", alice).statusCode()).isEqualTo(201);
            assertThat(get("/channels/rooms/alice/*?as=json&after=earliest", alice)
                            .body())
                    .contains("hello");
            assertProblem(get("/channels/rooms/bob/x?as=json", alice), 403, "forbidden");
            assertProblem(get("/channels/rooms/**?as=json", alice), 403, "forbidden");
        }
        assertProblem(get("/channels/rooms/alice/x?as=json"), 401, "unauthorized");
        String[] sly = bearer(token("*"));
        assertProblem(get("/channels/rooms/*/*?as=json", sly), 403, "forbidden");
    }

    @Test
    void refusesPresenceUnderAnotherName() {
        String[] alice = bearer(token("alice"));
        HttpResponse<String> other = get("/channels/rooms/alice/x?as=sse&join=true&client=bob", alice);
        assertProblem(other, 403, "forbidden");
        assertThat(other.body()).contains("\"field\":\"client\"").contains("alice");
        // Its own name needs no parameter: what is missing here is a grant of 'join'.
        for (String parameter : List.of("", "&client=alice")) {
            HttpResponse<String> own = get("/channels/rooms/alice/x?as=sse&join=true" + parameter, alice);
            assertProblem(own, 403, "forbidden");
            assertThat(own.body()).contains("'join'");
        }
    }

    /// An anonymous member is never shown under a name that a token could prove.
    @Test
    void marksAnonymousMembers() {
        try (RawClient member = raw()) {
            member.get("/channels/lobby?as=sse&join=true&client=alice");
            member.until("\r\n\r\n");
            String members = get("/presence/lobby").body();
            assertThat(members).contains("\"client\":\"~alice\"").doesNotContain("\"alice\"");
        }
        HttpResponse<String> sly = get("/channels/lobby?as=sse&join=true&client=~alice", bearer(token("~alice")));
        assertProblem(sly, 403, "forbidden");
        assertThat(sly.body()).contains("begins with '~'");
    }

    @Test
    void asksForACredentialInTheHeader() {
        HttpResponse<String> asked = publish("/channels/news/a");
        assertThat(asked.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        HttpResponse<String> refused = publish("/channels/news/a", bearer(token("alice") + "x"));
        assertProblem(refused, 401, "bad-token");
        assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer error=\"invalid_token\"");
        HttpResponse<String> forbidden = publish("/channels/news/a", bearer(token("alice")));
        assertThat(forbidden.headers().firstValue("WWW-Authenticate")).isEmpty();
    }

    /// Otherwise a client would not learn that its token has expired.
    @Test
    void refusesABadTokenEvenWhereAnyoneMayRead() {
        String token = token("alice");
        assertThat(get("/channels/news/a?as=json", bearer(token)).statusCode()).isEqualTo(200);
        now.set(START.plusSeconds(600));
        HttpResponse<String> expired = get("/channels/news/a?as=json", bearer(token));
        assertProblem(expired, 401, "bad-token");
        assertThat(expired.body()).contains("expired").doesNotContain(token);
        assertThat(get("/channels/news/a?as=json").statusCode()).isEqualTo(200);
        assertProblem(get("/channels/news/a?as=json", bearer("sk_backend_x")), 401, "bad-token");
    }

    @Test
    void refusesSeveralDifferentCredentials() {
        HttpResponse<String> refused = get("/channels/news/a?as=json&token=" + backend, bearer(token("alice")));
        assertProblem(refused, 400, "bad-request");
        assertThat(refused.body()).doesNotContain(backend);
    }

    @Test
    void takesATokenInTheAddressAndHidesItFromRoutes() {
        String token = token("alice");
        assertThat(get("/channels/rooms/alice/x?as=json&token=" + token).statusCode())
                .isEqualTo(200);
        assertThat(publish("/channels/rooms/alice/x?token=" + token).statusCode())
                .isEqualTo(201);
        HttpResponse<String> mistaken = get("/channels/rooms/alice/x?as=json&tokn=x&token=" + token);
        assertProblem(mistaken, 400, "unknown-parameter");
        assertThat(mistaken.body()).doesNotContain(token, "'token'");
        try (RawClient client = raw()) {
            client.get("/channels/rooms/alice/x?as=json&token=" + token + "%zz");
            assertThat(client.until("percent-encoded"))
                    .startsWith("HTTP/1.1 400 ")
                    .doesNotContain(token);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?id=nonsense", "?id=elsewhere-1", "?id=", "?key=", "?key=k&id=1"})
    void refusesADeletionBeforeReportingAnythingElse(String query) {
        assertProblem(server.send("DELETE", "/channels/secret" + query, ""), 401, "unauthorized");
        assertProblem(server.send("DELETE", "/channels/secret" + query, "", bearer(token("alice"))), 403, "forbidden");
    }

    @Test
    void revealsNothingAboutChannelsThatMayNotBeRead() {
        assertThat(publish("/channels/secret", bearer(backend)).statusCode()).isEqualTo(201);
        String there = get("/channels/secret?as=json").body();
        String missing = get("/channels/hidden?as=json").body();
        assertThat(missing.replace("hidden", "secret")).isEqualTo(there);
        assertProblem(get("/channels"), 401, "unauthorized");
        assertThat(get("/", "Accept", "text/html").body())
                .doesNotContain("secret")
                .contains("id=\"refused\" >", "id=\"empty\" hidden");
    }

    @Test
    void servesProbesAndTheClientToEveryone() {
        for (String path : List.of("/livez", "/readyz", "/client.js", "/openapi.json", "/page/icon.svg"))
            assertThat(get(path, bearer("junk")).statusCode()).as(path).isEqualTo(200);
    }

    // --- browsers

    @Test
    void acceptsTheCookieOnlyFromItsOwnAndAllowedPages() {
        String cookie = "__Host-sluice=" + token("alice");
        String path = "/channels/rooms/alice/x?as=json";
        assertThat(get(path, "Cookie", cookie, "Origin", "https://shop.example").statusCode())
                .isEqualTo(200);
        assertThat(get(path, "Cookie", cookie, "Sec-Fetch-Site", "same-origin").statusCode())
                .isEqualTo(200);
        assertProblem(get(path, "Cookie", cookie), 401, "unauthorized");
        assertProblem(get(path, "Cookie", cookie, "Origin", "https://evil.example"), 403, "origin-refused");
        assertProblem(publish("/channels/rooms/alice/x", "Cookie", cookie), 401, "unauthorized");
        assertThat(publish("/channels/rooms/alice/x", "Cookie", cookie, "Origin", "https://shop.example")
                        .statusCode())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/channels/rooms/alice/x, sluice.events", "/session, sluice.v1.json"})
    void answersAWebSocketWithTheSubprotocolBesideTheToken(String pathAndProtocol) {
        String[] parts = pathAndProtocol.split(", ", -1);
        String token = token("alice");
        try (RawClient client = raw()) {
            client.get(parts[0], upgrade(parts[1] + ", bearer." + token));
            String head = client.until("\r\n\r\n");
            assertThat(head)
                    .startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("sec-websocket-protocol: " + parts[1] + "\r\n")
                    .doesNotContain("bearer", token);
        }
        try (RawClient client = raw()) {
            client.get(parts[0], upgrade("bearer." + token));
            assertThat(client.until("detail")).startsWith("HTTP/1.1 400 ");
        }
        try (RawClient client = raw()) {
            client.get(parts[0], upgrade(parts[1] + ", bearer." + token + "x"));
            assertThat(client.until("bad-token")).startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    void answersAWebSocketWithoutSubprotocolsAsBefore() {
        try (RawClient client = raw()) {
            client.get("/channels/news/a", upgrade("unknown"));
            assertThat(client.until("\r\n\r\n"))
                    .startsWith("HTTP/1.1 101 ")
                    .doesNotContainIgnoringCase("sec-websocket-protocol");
        }
    }

    private static String[] upgrade(String protocols) {
        return new String[] {
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Protocol: " + protocols
        };
    }

    /// An EventSource and a browser's WebSocket can't read a status.
    @Test
    void reportsABadTokenToBrowsersInTheFormOfTheTransport() {
        try (RawClient stream = raw()) {
            stream.get("/channels/news/a?as=sse&errors=event&token=junk");
            assertThat(stream.until("bad-token")).startsWith("HTTP/1.1 200 ");
        }
        try (RawClient socket = raw()) {
            socket.get("/channels/news/a?errors=event&token=junk", upgrade("sluice.events"));
            assertThat(socket.until("\r\n\r\n"))
                    .startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("sec-websocket-protocol: sluice.events");
            socket.until("bad-token");
        }
    }

    // --- issuers that do not answer

    @Test
    void answers503WhileTheIssuerDoesNotAnswer() {
        issuer.stop(0);
        HttpResponse<String> undecided = get("/channels/news/a?as=json", bearer(token(REMOTE, "alice")));
        assertProblem(undecided, 503, "not-ready");
        assertThat(undecided.headers().firstValue("Retry-After")).isPresent();
        // Others do not need it.
        assertThat(get("/channels/news/a?as=json", bearer(token("alice"))).statusCode())
                .isEqualTo(200);
    }

    @Test
    void readsTheBodyOfAPublishThatWaitedForTheIssuer() {
        List<HttpResponse<String>> answers = new ArrayList<>();
        String large = "x".repeat(100_000);
        for (int i = 0; i < 3; i++)
            answers.add(send("POST", "/channels/rooms/alice/x", large, bearer(token(REMOTE, "alice"))));
        assertThat(answers).allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(201));
    }

    private int failures(int attempts) {
        int refused = 0;
        for (int i = 0; i < attempts; i++) {
            if (publish("/channels/news/a", bearer(token("mallory") + i)).statusCode() == 401) refused++;
        }
        return refused;
    }

    @Test
    void verifiesNoMoreTokensOfAnAddressThatShowedTooManyBadOnes() {
        assertThat(failures(320)).isEqualTo(300);
        HttpResponse<String> beyond = publish("/channels/news/a", bearer(token("bob")));
        assertProblem(beyond, 429, "too-many");
        assertThat(beyond.body()).contains("limits.auth_failures_per_minute");
        assertThat(beyond.headers().firstValue("Retry-After")).contains("1");
        elapsedNs.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(publish("/channels/rooms/bob/x", bearer(token("bob"))).statusCode())
                .isEqualTo(201);
        assertThat(failures(10)).as("the good token was no failure").isEqualTo(5);
    }

    @Test
    void servesKeysAndKnownTokensBehindALimitedAddress() {
        String[] alice = bearer(token("alice"));
        assertThat(publish("/channels/rooms/alice/x", alice).statusCode()).isEqualTo(201);
        failures(301);
        assertThat(publish("/channels/rooms/alice/x", alice).statusCode()).isEqualTo(201);
        assertThat(publish("/channels/news/a", bearer(backend)).statusCode()).isEqualTo(201);
        assertThat(get("/channels/news/a?as=json").statusCode()).isEqualTo(200);
        assertProblem(publish("/channels/news/a", bearer(token("bob"))), 429, "too-many");
    }
}
