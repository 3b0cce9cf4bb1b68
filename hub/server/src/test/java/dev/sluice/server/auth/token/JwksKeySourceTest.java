package dev.sluice.server.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.budget.Budget;
import dev.sluice.server.Await;
import dev.sluice.server.TestServer;
import dev.sluice.server.auth.Authenticator;
import dev.sluice.server.auth.TestIssuer;
import dev.sluice.server.auth.identity.KeyMaterial;
import dev.sluice.server.auth.identity.SigningAlgorithm;
import dev.sluice.server.auth.identity.Verification;
import dev.sluice.server.auth.identity.VerificationKey;
import dev.sluice.server.auth.identity.VerificationKey.TokenKey;
import dev.sluice.server.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An issuer on a real HTTP server, and tokens that it signed.
final class JwksKeySourceTest {
    private static final Logger LOG = Logger.getLogger(JwksKeySource.class.getName());
    private static final TestIssuer OLD = TestIssuer.rs256("old");
    private static final TestIssuer NEW = TestIssuer.rs256("new");

    private final AtomicLong elapsedMs = new AtomicLong();
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch hold = new CountDownLatch(1);
    private volatile int status = 200;
    private volatile String body = "";
    private volatile boolean isHeld;
    private HttpServer server;
    private URI url;

    @BeforeEach
    void start() throws IOException {
        LOG.setLevel(Level.OFF); // Failures of the issuer are warnings.
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/keys", exchange -> {
            requests.incrementAndGet();
            try {
                if (isHeld && !hold.await(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)) return;
            } catch (InterruptedException ended) {
                return;
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            try (var out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        });
        server.start();
        url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys");
        publish(OLD);
    }

    @AfterEach
    void stop() {
        hold.countDown();
        server.stop(0);
        LOG.setLevel(null);
    }

    private void publish(TestIssuer... issuers) {
        List<Map<String, Object>> keys = new ArrayList<>();
        for (TestIssuer each : issuers) keys.add(each.jwk());
        body = json(keys);
    }

    private static String json(List<Map<String, Object>> keys) {
        return new String(Json.write(Map.of("keys", keys)), StandardCharsets.UTF_8);
    }

    private TokenKey key(SigningAlgorithm algorithm) {
        return key("issuer", algorithm, url);
    }

    private static TokenKey key(String kid, SigningAlgorithm algorithm, URI url) {
        return new TokenKey(
                kid, algorithm, new KeyMaterial.KeySet(url), null, null, Permissions.ALL, TokenKey.LIFETIME_MAX);
    }

    private Authenticator authenticator(VerificationKey... keys) {
        return new Authenticator(
                List.of(keys),
                "roles",
                () -> Instant.ofEpochSecond(1_000),
                elapsedMs::get,
                TokenRevocations.COUNT_MAX,
                Budget.TOKENS.count());
    }

    private Authenticator authenticator() {
        return authenticator(key(SigningAlgorithm.RS256));
    }

    private static String token(TestIssuer issuer) {
        return issuer.token(Map.of("sub", "alice", "exp", 2_000));
    }

    /// Also distinct from others of the same name, so that none is remembered.
    private static String token(TestIssuer issuer, String kid, int number) {
        return issuer.token(
                Map.of("alg", issuer.name(), "kid", kid), Map.of("sub", "alice", "exp", 2_000, "jti", "t" + number));
    }

    /// Waits for the issuer if need be.
    private static Verification verify(Authenticator authenticator, String token) {
        Verification outcome = authenticator.verify(token);
        if (!(outcome instanceof Verification.Pending(var later))) return outcome;
        return later.toCompletableFuture()
                .orTimeout(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static void assertAccepted(Authenticator authenticator, String token) {
        assertThat(verify(authenticator, token)).isInstanceOf(Verification.Verified.class);
    }

    private static void assertBad(Authenticator authenticator, String token) {
        assertThat(verify(authenticator, token)).isInstanceOf(Verification.BadToken.class);
    }

    private static void assertUndecided(Authenticator authenticator, String token) {
        assertThat(verify(authenticator, token)).isInstanceOf(Verification.Undecided.class);
    }

    private void pass(Duration time) {
        elapsedMs.addAndGet(time.toMillis());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
    void readsKeysOfEachAlgorithm(String name) {
        TestIssuer issuer = switch (name) {
            case "RS256" -> OLD;
            case "ES256" -> TestIssuer.es256("old");
            default -> TestIssuer.eddsa("old");
        };
        publish(TestIssuer.es256("other"), issuer, NEW, TestIssuer.eddsa("another"));
        Authenticator authenticator = authenticator(key(issuer.algorithm()));
        assertAccepted(authenticator, token(issuer));
        Verification again = authenticator.verify(token(issuer));
        assertThat(((Verification.Verified) again).identity().credential().keyId())
                .isEqualTo("old");
        assertThat(requests).hasValue(1);
    }

    @Test
    void keepsTheKeysOfAnIssuerThatDoesNotAnswerWhenTheConfigurationIsReadAgain() {
        Authenticator authenticator = authenticator();
        assertAccepted(authenticator, token(OLD));
        status = 500;

        Authenticator reloaded = authenticator.with(List.of(key(SigningAlgorithm.RS256)), 10, 10);

        assertAccepted(reloaded, token(OLD, "old", 1));
        assertThat(requests).hasValue(1);
    }

    @Test
    void asksForItsKeysOnceForManyTokensAtOnce() {
        isHeld = true;
        Authenticator authenticator = authenticator();
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 20; i++) tokens.add(token(OLD, "old", i)); // Before: the hub waits for some seconds only.
        List<Verification> outcomes = tokens.stream().map(authenticator::verify).toList();
        assertThat(outcomes).allMatch(outcome -> outcome instanceof Verification.Pending);
        hold.countDown();
        for (Verification each : outcomes) {
            Verification outcome = ((Verification.Pending) each)
                    .later()
                    .toCompletableFuture()
                    .orTimeout(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
            assertThat(outcome).isInstanceOf(Verification.Verified.class);
        }
        assertThat(requests).hasValue(1);
    }

    @Test
    void findsANewKeyAsSoonAsATokenHasIt() {
        Authenticator authenticator = authenticator();
        assertAccepted(authenticator, token(OLD));
        publish(OLD, NEW);
        pass(JwksKeySource.PAUSE_MIN);
        assertAccepted(authenticator, token(NEW));
        assertAccepted(authenticator, token(OLD, "old", 1));
        assertThat(requests).hasValue(2);
    }

    @Test
    void dropsAWithdrawnKey() {
        Authenticator authenticator = authenticator();
        assertAccepted(authenticator, token(OLD));
        publish(NEW);
        pass(JwksKeySource.AGE_MAX);
        assertBad(authenticator, token(OLD, "old", 1)); // Waits for the new keys.
        assertAccepted(authenticator, token(NEW));
        assertThat(requests).hasValue(2);
    }

    @Test
    void readsKeysAgainBeforeTokensHaveToWait() {
        Authenticator authenticator = authenticator();
        assertAccepted(authenticator, token(OLD));
        isHeld = true;
        pass(JwksKeySource.AGE_MAX.minusSeconds(30));
        assertThat(authenticator.verify(token(OLD, "old", 1))).isInstanceOf(Verification.Verified.class);
        Await.that(() -> requests.get() == 2);
    }

    @Test
    void asksOnceForAFloodOfUnknownKeyIds() {
        Authenticator authenticator = authenticator();
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 20; i++) tokens.add(token(OLD, "made-up-" + i, i));
        for (int i = 0; i < 10_000; i++) assertUndecided(authenticator, tokens.get(i % tokens.size()));
        assertThat(requests).hasValue(1);
        assertAccepted(authenticator, token(OLD));
    }

    @Test
    void waitsForAKeyThatTheIssuerPublishesLate() {
        Authenticator authenticator = authenticator();
        assertAccepted(authenticator, token(OLD));
        assertThat(retrySeconds(authenticator, token(NEW, "new", 1))).isBetween(1L, 6L);
        pass(JwksKeySource.PAUSE_MIN);
        assertThat(retrySeconds(authenticator, token(NEW, "new", 2))).isBetween(1L, 6L);
        publish(OLD, NEW);
        pass(JwksKeySource.PAUSE_MIN);
        assertAccepted(authenticator, token(NEW, "new", 3));
        assertThat(requests).hasValue(3);
    }

    private static long retrySeconds(Authenticator authenticator, String token) {
        return ((Verification.Undecided) verify(authenticator, token)).retrySeconds();
    }

    @Test
    void refusesAKeyIdThatStaysUnknownForMinutes() {
        Authenticator authenticator = authenticator();
        assertAccepted(authenticator, token(OLD));
        assertUndecided(authenticator, token(OLD, "unknown", 1));
        pass(JwksKeySource.PUBLISH_TIME.minusMillis(1));
        assertUndecided(authenticator, token(OLD, "unknown", 1));
        pass(JwksKeySource.PAUSE_MAX);
        assertBad(authenticator, token(OLD, "unknown", 1));
        int asked = requests.get();
        pass(JwksKeySource.PAUSE_MAX);
        assertBad(authenticator, token(OLD, "unknown", 1));
        assertThat(requests).as("not asked for any more").hasValue(asked);
        pass(JwksKeySource.MISSING_TIME);
        assertUndecided(authenticator, token(OLD, "unknown", 1));
        assertThat(requests).hasValue(asked + 1);
    }

    /// Each name of a flood is new, and would be worth a request.
    @Test
    void asksLessOftenAfterRequestsWithoutNewKeys() {
        Authenticator authenticator = authenticator();
        assertAccepted(authenticator, token(OLD));
        for (int second = 1; second <= 600; second++) {
            pass(Duration.ofSeconds(1));
            assertUndecided(authenticator, JwksRotationTest.made(second));
        }
        // After 5, 5, 10, 20 and 40 s, then each minute.
        assertThat(requests).hasValueBetween(10, 15);

        publish(OLD, NEW);
        pass(JwksKeySource.PAUSE_MAX);
        assertAccepted(authenticator, token(NEW));
        int asked = requests.get();
        pass(JwksKeySource.PAUSE_MIN);
        assertUndecided(authenticator, token(OLD, "another", 1));
        assertThat(requests).as("a new key is worth it").hasValue(asked + 1);
    }

    @Test
    void asksNoOtherIssuerForAKeyThatOneHas() {
        Authenticator authenticator = authenticator(
                key("other", SigningAlgorithm.ES256, url.resolve("/none")), key("issuer", SigningAlgorithm.RS256, url));
        AtomicInteger others = new AtomicInteger();
        server.createContext("/none", exchange -> {
            others.incrementAndGet();
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        assertAccepted(authenticator, token(OLD));
        assertThat(others).hasValue(1);
        pass(JwksKeySource.PAUSE_MAX);
        assertAccepted(authenticator, token(OLD, "old", 1));
        assertThat(others).hasValue(1);
    }

    @Test
    void usesTheLastKeysWhileTheIssuerIsDown() {
        Authenticator authenticator = authenticator();
        assertAccepted(authenticator, token(OLD));
        status = 503;
        for (int i = 0; i < 5; i++) {
            pass(JwksKeySource.AGE_MAX);
            assertAccepted(authenticator, token(OLD, "old", i));
            // An unknown name may be one of a key that the hub has not seen.
            assertUndecided(authenticator, token(NEW, "new", i));
        }
        status = 200;
        publish(NEW);
        pass(JwksKeySource.PAUSE_MAX);
        assertAccepted(authenticator, token(NEW));
        assertBad(authenticator, token(OLD, "old", 9));
    }

    @Test
    void decidesNothingWhileItNeverHadAKey() {
        server.stop(0);
        Authenticator authenticator = authenticator();
        assertUndecided(authenticator, token(OLD));
        assertUndecided(authenticator, token(OLD));
    }

    @Test
    void acceptsOnlyACompleteAndSmallAnswer() {
        for (String broken : List.of(
                "",
                "keys",
                "[]",
                "{}",
                "{\"keys\":{}}",
                body.replace("\"keys\"", "\"padding\":\"" + "x".repeat(JwksDownload.BYTES_MAX) + "\",\"keys\""))) {
            body = broken;
            assertUndecided(authenticator(), token(OLD));
        }
        publish(OLD);
        status = 302;
        assertUndecided(authenticator(), token(OLD));
    }

    /// A set may have keys for other purposes, and one with a secret would let its readers sign.
    @Test
    void usesNoKeyForAnotherPurpose() {
        for (Map<String, ?> other : List.of(
                Map.of("use", "enc"),
                Map.of("alg", "RS512"),
                Map.of("alg", "PS256"),
                Map.of("kty", "unheard-of"),
                Map.of("kty", "EC", "crv", "P-999"),
                Map.of("n", 7))) {
            Map<String, Object> jwk = new HashMap<>(OLD.jwk());
            jwk.putAll(other);
            body = json(List.of(jwk, NEW.jwk()));
            Authenticator authenticator = authenticator();
            assertUndecided(authenticator, token(OLD));
            assertAccepted(authenticator, token(NEW));
        }
        TestIssuer weak = TestIssuer.of("weak", SigningAlgorithm.RS256, 1024);
        TestIssuer symmetric = TestIssuer.hs256("symmetric");
        body = json(List.of(
                weak.jwk(),
                Map.of("kty", "oct", "kid", "symmetric", "k", TestIssuer.base64(symmetric.secret())),
                NEW.jwk()));
        Authenticator authenticator = authenticator();
        assertUndecided(authenticator, token(weak));
        assertUndecided(authenticator, token(symmetric));
        assertAccepted(authenticator, token(NEW));
    }

    @Test
    void needsAKeyIdIfThereAreSeveralKeys() {
        String nameless = OLD.token(Map.of("alg", "RS256"), Map.of("sub", "alice", "exp", 2_000));
        assertAccepted(authenticator(), nameless);
        publish(OLD, NEW);
        assertBad(authenticator(), nameless);
    }

    @Test
    void separatesIssuersWithTheSameKeyIds() {
        TestIssuer others = TestIssuer.rs256("old");
        String second = json(List.of(others.jwk()));
        server.createContext("/others", exchange -> {
            byte[] bytes = second.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            try (var out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        });
        Authenticator authenticator = authenticator(
                key("one", SigningAlgorithm.RS256, url), key("two", SigningAlgorithm.RS256, url.resolve("/others")));
        assertAccepted(authenticator, token(OLD));
        assertAccepted(authenticator, token(others));
        assertBad(authenticator, token(TestIssuer.rs256("old")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://issuer.example/keys", "file:///etc/keys", "ftp://127.0.0.1/keys", "/keys", "http:///keys"
            })
    void readsKeysOverTlsOnly(String address) {
        assertThatThrownBy(() -> key("k", SigningAlgorithm.RS256, URI.create(address)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https only");
        assertThat(Set.of("https://issuer.example/keys", "http://localhost:8080/keys", "http://[::1]/keys"))
                .allSatisfy(safe -> key("k", SigningAlgorithm.RS256, URI.create(safe)));
    }
}
