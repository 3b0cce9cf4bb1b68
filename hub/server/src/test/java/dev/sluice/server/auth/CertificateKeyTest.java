package dev.sluice.server.auth;

import static dev.sluice.server.auth.TestPermissions.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.server.Await;
import dev.sluice.server.Http2Client;
import dev.sluice.server.RawClient;
import dev.sluice.server.Secure;
import dev.sluice.server.TestServer;
import dev.sluice.server.auth.GrantRules.Rule;
import dev.sluice.server.auth.identity.CertificateName;
import dev.sluice.server.auth.identity.GrantSubject;
import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.auth.identity.VerificationKey;
import dev.sluice.server.auth.identity.VerificationKey.CertificateKey;
import dev.sluice.server.auth.identity.VerificationKey.StaticKey;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.TestCertificates;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Callers that show certificates in TLS handshakes, over real sockets.
final class CertificateKeyTest {
    private static final TestIssuer SHOP = TestIssuer.hs256("shop");
    private static final String WEB_SOCKET = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";
    private static final CertificateKey PUMPS = key("pumps", List.of());

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final String admin = StaticKeys.generate("ops", new SecureRandom());
    private final List<HttpClient> clients = new ArrayList<>();
    private @Nullable TestServer server;

    private static CertificateKey key(String kid, List<X509Certificate> authorities) {
        return new CertificateKey(
                kid,
                CertificateName.DNS,
                authorities,
                Set.of("pump"),
                on("pumps/**", Verb.SUBSCRIBE, Verb.PUBLISH),
                Duration.ofDays(2));
    }

    private TestServer start(VerificationKey... further) {
        List<VerificationKey> keys = new ArrayList<>(List.of(further));
        keys.add(new StaticKey("ops", StaticKeys.hash(admin), Set.of(), on("**", Verb.ADMIN, Verb.SUBSCRIBE)));
        keys.add(SHOP.key());
        List<Rule> rules = List.of(
                new Rule(new GrantSubject.Role("pump"), on("**", Verb.PUBLISH), false),
                new Rule(new GrantSubject.Authenticated(), on("**", Verb.SUBSCRIBE), false));
        OriginSettings security = new OriginSettings(false, false, Set.of(), Set.of("*"));
        server = TestServer.start(
                Secure.mutual(
                        TestServer.settings(2).toBuilder().security(security).build()),
                TestAuth.filter(keys, rules, security, now::get));
        return server;
    }

    @AfterEach
    void close() {
        clients.forEach(HttpClient::close);
        if (server != null) server.close();
    }

    private HttpClient client(CertifiedKey shown, HttpClient.Version version) {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(Secure.showing(shown))
                .version(version)
                .build();
        clients.add(client);
        return client;
    }

    private HttpClient client(CertifiedKey shown) {
        return client(shown, HttpClient.Version.HTTP_1_1);
    }

    private HttpResponse<String> send(HttpClient client, String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path))
                .timeout(TestServer.PATIENCE)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private int publish(HttpClient client, String... headers) {
        return send(client, "POST", "/channels/pumps/7", "12 bar", headers).statusCode();
    }

    private String events(HttpClient client) {
        return send(client, "GET", "/channels/pumps/7?as=json&after=earliest", "")
                .body();
    }

    private RawClient raw(CertifiedKey shown) {
        int port = server.server().uri().getPort();
        return new RawClient(Secure.socket(Secure.showing(shown), port, "http/1.1"));
    }

    private RawClient follow(CertifiedKey shown) {
        RawClient client = raw(shown).get("/channels/pumps/7?as=sse");
        assertThat(client.until("\r\n\r\n")).startsWith("HTTP/1.1 200 ");
        return client;
    }

    private HttpResponse<String> revoke(HttpClient client, String json) {
        return send(client, "POST", "/revocations", json, "Authorization", "Bearer " + admin);
    }

    private static void assertBadToken(HttpResponse<String> answer, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
        assertThat(answer.body()).contains("/problems/bad-token", detail);
    }

    // --- the identity

    @ParameterizedTest
    @EnumSource
    void namesTheCallerOverBothVersionsOfHttp(HttpClient.Version version) {
        start(PUMPS);
        HttpClient pump = client(Secure.certificate("pump-7"), version);
        HttpResponse<String> published = send(pump, "POST", "/channels/pumps/7", "12 bar");
        assertThat(published.statusCode()).as(published.body()).isEqualTo(201);
        assertThat(published.version()).isEqualTo(version);
        assertThat(events(pump)).contains("\"from\":\"pump-7\"");
    }

    @Test
    void namesTheCallerOfEachStreamOfAConnection() {
        start(PUMPS);
        int port = server.server().uri().getPort();
        try (var client = new Http2Client(Secure.socket(Secure.showing(Secure.certificate("pump-7")), port, "h2"))) {
            for (int stream : new int[] {1, 3}) {
                client.get(stream, "/channels/pumps/7?as=json");
                assertThat(client.response(stream).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void namesTheCallerOfAWebSocketAndOfASession() {
        start(PUMPS);
        CertifiedKey shown = Secure.certificate("pump-7");
        try (RawClient socket = raw(shown).get("/channels/pumps/7", WEB_SOCKET);
                RawClient session = raw(shown).get("/session", "Accept: text/event-stream")) {
            assertThat(socket.until("\r\n\r\n")).startsWith("HTTP/1.1 101 ");
            assertThat(session.until("\"expires\":")).contains("\"client\":\"pump-7\"");
        }
    }

    @Test
    void permitsNothingBeyondTheCeilingOfItsKey() {
        start(PUMPS);
        HttpClient pump = client(Secure.certificate("pump-7"));
        assertThat(publish(pump)).isEqualTo(201);
        assertThat(send(pump, "POST", "/channels/news", "x").statusCode()).isEqualTo(403);
    }

    @Test
    void isAnonymousWithoutACertificateOrAKeyForCertificates() {
        start(PUMPS);
        assertThat(server.post("/channels/pumps/7", "x").statusCode()).isEqualTo(401);
        server.close();
        start();
        assertThat(publish(client(Secure.certificate("pump-7"))))
                .as("as before there were keys for certificates")
                .isEqualTo(401);
    }

    // --- beside other credentials

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "Cookie"})
    void aTokenWinsOverTheCertificateOfItsConnection(String header) {
        start(PUMPS);
        HttpClient proxy = client(Secure.certificate("proxy"));
        String alice = SHOP.token(Map.of("sub", "alice", "exp", now.get().getEpochSecond() + 600));
        String value = header.equals("Cookie") ? BearerToken.COOKIE + "=" + alice : "Bearer " + alice;
        assertThat(publish(proxy)).isEqualTo(201);
        assertThat(publish(proxy, header, value, "Sec-Fetch-Site", "same-origin"))
                .as("alice has no role")
                .isEqualTo(403);
    }

    @Test
    void aBadTokenIsRefusedDespiteACertificate() {
        start(PUMPS);
        HttpClient pump = client(Secure.certificate("pump-7"));
        assertThat(publish(pump, "Authorization", "Bearer junk")).isEqualTo(401);
    }

    /// Browsers show a certificate for the requests of every page, as they do with cookies.
    @Test
    void identifiesOnlyPagesThatMayUseCookies() {
        start(PUMPS);
        HttpClient browser = client(Secure.certificate("pump-7"));
        String own = server.uri("").toString();
        assertThat(publish(browser, "Origin", "https://elsewhere.example")).isEqualTo(401);
        assertThat(publish(browser, "Origin", own)).isEqualTo(201);
        assertThat(publish(browser, "Sec-Fetch-Site", "same-origin")).isEqualTo(201);
        assertThat(publish(browser, "Sec-Fetch-Site", "none")).isEqualTo(401);
    }

    // --- certificates that prove nothing

    @Test
    void takesTheFirstKeyWhoseAuthorityIssuedIt() {
        CertificateKey others = key("others", List.of(new TestCertificates().authority()));
        start(others, key("pumps", List.of(Secure.authorityOfClients())));
        HttpClient pump = client(Secure.certificate("pump-7"));
        assertThat(publish(pump)).isEqualTo(201);
        assertThat(revoke(pump, "{\"kid\": \"others\"}").statusCode()).isEqualTo(201);
        assertThat(publish(pump)).isEqualTo(201);
        server.close();
        start(others);
        assertBadToken(send(pump, "GET", "/channels/pumps/7", ""), "no key for certificates of this one's authority");
    }

    @Test
    void refusesTheNameOfAStaticKey() {
        start(PUMPS);
        assertBadToken(
                send(client(Secure.certificate("ops")), "GET", "/channels/pumps/7", ""),
                "has the name of a key of the hub");
    }

    @Test
    void refusesACertificateThatIsValidForTooLong() {
        start(new CertificateKey(
                "pumps", CertificateName.CN, List.of(), Set.of(), Permissions.ALL, Duration.ofHours(23)));
        assertBadToken(
                send(client(Secure.certificate("pump-7")), "GET", "/channels/pumps/7", ""), "valid for longer than");
    }

    // --- its end

    @Test
    void endsWithTheCertificate() {
        start(PUMPS);
        CertifiedKey shown = Secure.certificate("pump-7");
        HttpClient pump = client(shown);
        try (RawClient stream = follow(shown)) {
            now.set(shown.chain().getFirst().getNotAfter().toInstant());
            assertBadToken(send(pump, "GET", "/channels/pumps/7", ""), "The client certificate expired at ");
            now.set(now.get().plusSeconds(60)); // Longer than any stream goes on.
            Await.that(() -> {
                server.pass(Duration.ofSeconds(1));
                server.tick();
                return server.server().hub().metrics().endedStreams().get(EndCode.EXPIRED) == 1;
            });
            stream.until("/problems/token-expired");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sub", "kid", "jti"})
    void isRevokedBySubAndKidAndFingerprint(String claim) throws Exception {
        start(PUMPS);
        CertifiedKey shown = Secure.certificate("pump-7");
        HttpClient pump = client(shown);
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(shown.chain().getFirst().getEncoded());
        String value = switch (claim) {
            case "sub" -> "pump-7";
            case "kid" -> "pumps";
            default -> HexFormat.of().formatHex(hash);
        };
        try (RawClient stream = follow(shown)) {
            Await.that(() -> server.server().hub().readers().readers() == 1);
            HttpResponse<String> answer = revoke(pump, "{\"" + claim + "\": \"" + value + "\"}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            assertThat(answer.body()).contains("\"ended\":1");
            stream.until("/problems/revoked");
            assertBadToken(send(pump, "GET", "/channels/pumps/7", ""), "was revoked");
        }
    }
}
