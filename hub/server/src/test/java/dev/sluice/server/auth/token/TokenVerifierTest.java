package dev.sluice.server.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import dev.sluice.server.auth.TestIssuer;
import dev.sluice.server.auth.identity.Identity;
import dev.sluice.server.auth.identity.KeyMaterial;
import dev.sluice.server.auth.identity.SigningAlgorithm;
import dev.sluice.server.auth.identity.Verification;
import dev.sluice.server.auth.identity.VerificationKey.TokenKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenVerifierTest {
    private static final long NOW = 1_800_000_000;
    private static final TestIssuer SHOP = TestIssuer.hs256("shop");
    private static final TestIssuer RSA = TestIssuer.rs256("rsa");

    private static List<TestIssuer> issuers() {
        return List.of(SHOP, RSA, TestIssuer.es256("ec"), TestIssuer.eddsa("ed"));
    }

    private static TokenVerifier verifier(TokenKey... keys) {
        return new TokenVerifier(List.of(keys), Set.of("backend"), "roles", () -> Instant.ofEpochSecond(NOW), () -> 0);
    }

    private static Map<String, Object> claims() {
        return new HashMap<>(Map.of("sub", "alice", "exp", NOW + 600));
    }

    private static Map<String, Object> claims(String name, Object value) {
        Map<String, Object> claims = claims();
        claims.put(name, value);
        return claims;
    }

    private static Identity identity(TokenVerifier verifier, String token) {
        Verification outcome = verifier.verify(token);
        assertThat(outcome).isInstanceOf(Verification.Verified.class);
        return ((Verification.Verified) outcome).identity();
    }

    private static String refusal(TokenVerifier verifier, String token) {
        Verification outcome = verifier.verify(token);
        assertThat(outcome).isInstanceOf(Verification.BadToken.class);
        String reason = ((Verification.BadToken) outcome).reason();
        for (String part : token.split("\\.", -1)) {
            if (part.length() > 8) assertThat(reason).doesNotContain(part);
        }
        return reason;
    }

    private static String refusal(Map<String, ?> claims) {
        return refusal(verifier(SHOP.key()), SHOP.token(claims));
    }

    @ParameterizedTest
    @MethodSource("issuers")
    void acceptsATokenOfEachAlgorithm(TestIssuer issuer) {
        Map<String, Object> claims = claims();
        claims.put("iat", NOW - 10);
        claims.put("jti", "t1");
        claims.put("roles", List.of("editor", "admin"));
        claims.put("sluice", Map.of("subscribe", List.of("news/**"), "info", Map.of("name", "Alice")));
        claims.put("email", "alice@shop.example");
        Identity alice = identity(verifier(issuer.key()), issuer.token(claims));
        assertThat(alice.subject()).isEqualTo("alice");
        assertThat(alice.roles()).containsExactlyInAnyOrder("editor", "admin");
        assertThat(alice.credential())
                .isEqualTo(new Credential(
                        issuer.kid(),
                        "t1",
                        Instant.ofEpochSecond(NOW - 10),
                        Instant.ofEpochSecond(NOW + 600),
                        Set.of("editor", "admin")));
        assertThat(alice.own().covers(Verb.SUBSCRIBE, Pattern.of("news/*"))).isTrue();
        assertThat(alice.own().permitsAny(Verb.PUBLISH)).isFalse();
    }

    /// Everybody knows the public key, and could otherwise sign tokens (RFC 8725 §2.1).
    @Test
    void refusesThePublicKeyAsTheSecretOfAnotherAlgorithm() {
        for (byte[] secret : List.of(
                RSA.pem().getBytes(StandardCharsets.UTF_8),
                RSA.pair().getPublic().getEncoded())) {
            TestIssuer forger = new TestIssuer("rsa", SigningAlgorithm.HS256, secret, null);
            assertThat(refusal(verifier(RSA.key()), forger.token(claims()))).contains("algorithm", "RS256");
        }
    }

    @Test
    void refusesAnotherAlgorithmThanThatOfTheKey() {
        TestIssuer other = TestIssuer.es256("shop");
        assertThat(refusal(verifier(SHOP.key()), other.token(claims()))).contains("algorithm");
        String hs512 = SHOP.token(Map.of("alg", "HS512", "kid", "shop"), claims());
        assertThat(refusal(verifier(SHOP.key()), hs512)).contains("algorithm");
        // The signature is right, and only the name of the algorithm is not.
        String renamed = RSA.token(Map.of("alg", "RS384", "kid", "rsa"), claims());
        assertThat(refusal(verifier(RSA.key()), renamed)).contains("algorithm");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", ""})
    void refusesUnsignedTokens(String none) {
        String signed = SHOP.token(Map.of("alg", none, "kid", "shop"), claims());
        refusal(verifier(SHOP.key()), signed);
        refusal(verifier(SHOP.key()), signed.substring(0, signed.lastIndexOf('.') + 1));
        refusal(verifier(SHOP.key()), signed.substring(0, signed.lastIndexOf('.')));
    }

    @Test
    void refusesCriticalExtensions() {
        for (Map<String, ?> extension : List.of(
                Map.of("crit", List.of("exp"), "exp", 1),
                Map.of("crit", List.of("b64"), "b64", false),
                Map.of("b64", false),
                Map.of("crit", List.of()))) {
            Map<String, Object> header = new HashMap<>(extension);
            header.put("alg", "HS256");
            header.put("kid", "shop");
            assertThat(verifier(SHOP.key()).verify(SHOP.token(header, claims())))
                    .as(header.toString())
                    .isInstanceOf(Verification.BadToken.class);
        }
    }

    @Test
    void usesNoKeyOfTheToken() {
        TestIssuer forger = TestIssuer.rs256("rsa");
        for (Map<String, ?> own : List.of(
                Map.of("jwk", forger.jwk()),
                Map.of("jku", "http://127.0.0.1:9/keys"),
                Map.of("x5u", "http://127.0.0.1:9/keys"))) {
            Map<String, Object> header = new HashMap<>(own);
            header.put("alg", "RS256");
            header.put("kid", "rsa");
            assertThat(refusal(verifier(RSA.key()), forger.token(header, claims())))
                    .contains("signature");
        }
    }

    @Test
    void acceptsOnlyTypesOfAccessTokens() {
        for (String type : List.of("JWT", "jwt", "at+jwt", "application/at+jwt")) {
            String token = SHOP.token(Map.of("alg", "HS256", "kid", "shop", "typ", type), claims());
            identity(verifier(SHOP.key()), token);
        }
        String logout = SHOP.token(Map.of("alg", "HS256", "kid", "shop", "typ", "logout+jwt"), claims());
        assertThat(refusal(verifier(SHOP.key()), logout)).contains("typ");
    }

    @ParameterizedTest
    @MethodSource("issuers")
    void refusesATokenOfWhichAnyPartWasChanged(TestIssuer issuer) {
        TokenVerifier verifier = verifier(issuer.key());
        String[] own = issuer.token(claims()).split("\\.", -1);
        String[] others = issuer.token(claims("sub", "mallory")).split("\\.", -1);
        assertThat(refusal(verifier, own[0] + "." + others[1] + "." + own[2])).contains("signature");
        assertThat(refusal(verifier, own[0] + "." + own[1] + "." + others[2])).contains("signature");
        String shorter = own[2].substring(0, own[2].length() - 4);
        assertThat(refusal(verifier, own[0] + "." + own[1] + "." + shorter)).contains("signature");
        assertThat(refusal(verifier, own[0] + "." + own[1] + ".AAAA")).contains("signature");
        String zeros = TestIssuer.base64(new byte[64]); // CVE-2022-21449.
        assertThat(refusal(verifier, own[0] + "." + own[1] + "." + zeros)).contains("signature");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "..", "a.b.c", "eyJhbGciOiJIUzI1NiJ9", "e30.e30.e30", "a.b.c.d.e", "x y.z.w", "ä.ö.ü"})
    void refusesTextThatIsNoToken(String text) {
        refusal(verifier(SHOP.key()), text);
    }

    @Test
    void refusesClaimsThatAreNotOneStrictJsonObject() {
        String header = "{\"alg\":\"HS256\",\"kid\":\"shop\"}";
        for (String claims : List.of(
                "[]",
                "null",
                "{",
                "",
                "{\"sub\":\"alice\",\"sub\":\"bob\",\"exp\":" + (NOW + 1) + "}",
                "{\"sub\":\"alice\",\"exp\":" + (NOW + 1) + "} {}",
                "{\"sub\":\"a\",\"exp\":" + (NOW + 1) + ",\"sluice\":{\"admin\":false,\"admin\":true}}",
                "{\"a\":".repeat(100) + "1" + "}".repeat(100))) {
            refusal(verifier(SHOP.key()), SHOP.token(header, claims));
        }
    }

    @Test
    void refusesHeadersMeantToExhaustTheStack() {
        for (String open : List.of("[", "{\"a\":")) {
            String close = open.equals("[") ? "]" : "}";
            int depth = 6_000 / (open.length() + 1) * 3 / 4;
            String header =
                    "{\"alg\":\"HS256\",\"kid\":\"shop\",\"a\":" + open.repeat(depth) + "1" + close.repeat(depth) + "}";
            assertThat(verifier(SHOP.key()).verify(SHOP.token(header, "{}"))).isInstanceOf(Verification.BadToken.class);
        }
    }

    @Test
    void refusesWhatIsTooLong() {
        String long_ = SHOP.token(claims("padding", "x".repeat(8_000)));
        assertThat(refusal(verifier(SHOP.key()), long_)).contains("8192");
        String kid = SHOP.token(Map.of("alg", "HS256", "kid", "k".repeat(256)), claims());
        assertThat(refusal(verifier(SHOP.key()), kid)).contains("kid");
    }

    @Test
    void reportsForWhichTokensARetryMaySucceed() {
        Map<String, Object> early = claims("nbf", NOW + 61);
        String unknown = SHOP.token(Map.of("alg", "HS256", "kid", "next"), claims());
        String other = SHOP.token(claims("sub", "alice"));
        String changed = other.substring(0, other.length() - 4) + "AAAA";
        assertThat(stale(SHOP.token(claims("exp", NOW)))).isEqualTo("expired");
        assertThat(stale(SHOP.token(early))).isEqualTo("early");
        assertThat(stale(unknown)).isEqualTo("unknown-key");
        assertThat(stale(changed)).isNull();
        assertThat(stale("nonsense")).isNull();
    }

    private static @Nullable String stale(String token) {
        return ((Verification.BadToken) verifier(SHOP.key()).verify(token)).stale();
    }

    // --- times

    @Test
    void requiresAnExpiryInTheFuture() {
        Map<String, Object> endless = claims();
        endless.remove("exp");
        assertThat(refusal(endless)).contains("'exp'");
        assertThat(refusal(claims("exp", NOW))).contains("expired at 2027-01-15T08:00:00Z");
        assertThat(refusal(claims("exp", NOW - 1))).contains("expired");
        identity(verifier(SHOP.key()), SHOP.token(claims("exp", NOW + 0.5)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1800000600\"", "null", "true", "[1]", "-1", "1e400", "1800000600000", "1e999999999"})
    void refusesTimesThatAreNotSeconds(String time) {
        String token = SHOP.token("{\"alg\":\"HS256\",\"kid\":\"shop\"}", "{\"sub\":\"alice\",\"exp\":" + time + "}");
        assertThat(refusal(verifier(SHOP.key()), token)).contains("exp");
    }

    @ParameterizedTest
    @CsvSource({"nbf, 0, true", "nbf, 60, true", "nbf, 61, false", "iat, -500, true", "iat, 60, true", "iat, 61, false"
    })
    void allowsTheIssuersClockAMinute(String claim, long ahead, boolean isAccepted) {
        Verification outcome = verifier(SHOP.key()).verify(SHOP.token(claims(claim, NOW + ahead)));
        assertThat(outcome instanceof Verification.Verified).isEqualTo(isAccepted);
    }

    @Test
    void limitsTheLifetimeOfTokens() {
        TokenKey hour = new TokenKey(
                "shop",
                SigningAlgorithm.HS256,
                new KeyMaterial.SharedSecret(SHOP.secret()),
                null,
                null,
                Permissions.ALL,
                Duration.ofHours(1));
        Map<String, Object> claims = claims("exp", NOW + 3600);
        identity(verifier(hour), SHOP.token(claims)); // Without `iat`, from now.
        claims.put("iat", NOW);
        identity(verifier(hour), SHOP.token(claims));
        claims.put("iat", NOW - 1);
        assertThat(refusal(verifier(hour), SHOP.token(claims))).contains("3600 seconds");
        claims.remove("iat");
        claims.put("exp", NOW + 3601);
        assertThat(refusal(verifier(hour), SHOP.token(claims))).contains("3600 seconds");
        assertThat(refusal(claims("exp", NOW + 24 * 3600 + 1))).contains("86400 seconds");
    }

    // --- whose

    @Test
    void acceptsOnlyTokensOfTheIssuerOfTheKey() {
        TokenVerifier verifier = verifier(SHOP.key("https://shop.example", null));
        identity(verifier, SHOP.token(claims("iss", "https://shop.example")));
        assertThat(refusal(verifier, SHOP.token(claims("iss", "https://shop.example/"))))
                .contains("'iss'");
        assertThat(refusal(verifier, SHOP.token(claims()))).contains("'iss'");
    }

    @Test
    void acceptsOnlyTokensForItsAudience() {
        TokenVerifier push = verifier(SHOP.key(null, "push"));
        identity(push, SHOP.token(claims("aud", "push")));
        identity(push, SHOP.token(claims("aud", List.of("mail", "push"))));
        for (Object other : List.of("mail", "PUSH", "push ", List.of(), List.of("mail"))) {
            assertThat(refusal(push, SHOP.token(claims("aud", other)))).contains("'aud'");
        }
        assertThat(refusal(push, SHOP.token(claims()))).contains("'aud'");
        // A key without an audience takes no tokens for others (RFC 7519 §4.1.3).
        assertThat(refusal(claims("aud", "push"))).contains("'aud'");
        assertThat(refusal(claims("aud", List.of(7)))).contains("aud");
    }

    @Test
    void needsANameThatCanBeAKey() {
        Map<String, Object> nameless = claims();
        nameless.remove("sub");
        assertThat(refusal(nameless)).contains("'sub'");
        for (Object name : List.of("", "a\nb", "x".repeat(256), 7, List.of("alice"))) {
            assertThat(refusal(claims("sub", name))).contains("sub");
        }
        identity(verifier(SHOP.key()), SHOP.token(claims("sub", "ä".repeat(127))));
        // Nobody whom an issuer lets choose a name may pose as a backend.
        assertThat(refusal(claims("sub", "backend"))).contains("name of a key");
    }

    @Test
    void readsRolesFromTheConfiguredClaim() {
        TokenVerifier groups =
                new TokenVerifier(List.of(SHOP.key()), Set.of(), "groups", () -> Instant.ofEpochSecond(NOW), () -> 0);
        Map<String, Object> claims = claims("groups", List.of("editor"));
        claims.put("roles", "ignored");
        assertThat(identity(groups, SHOP.token(claims)).roles()).containsExactly("editor");
        for (Object roles : List.of("editor", Map.of(), List.of(1), List.of(List.of()))) {
            assertThat(refusal(claims("roles", roles))).contains("roles");
        }
        assertThat(refusal(claims("roles", Collections.nCopies(101, "x")))).contains("roles");
    }

    @Test
    void keepsTheCeilingOfTheKey() {
        Permissions ceiling = Permissions.of(Map.of(Verb.SUBSCRIBE, List.of(Permission.on(Pattern.of("shop/**")))));
        TokenKey key = new TokenKey(
                "shop",
                SigningAlgorithm.HS256,
                new KeyMaterial.SharedSecret(SHOP.secret()),
                null,
                null,
                ceiling,
                TokenKey.LIFETIME_MAX);
        assertThat(identity(verifier(key), SHOP.token(claims())).ceiling()).isSameAs(ceiling);
    }

    // --- which key

    @Test
    void choosesTheKeyByItsId() {
        TestIssuer old = TestIssuer.hs256("2026");
        TestIssuer new_ = TestIssuer.hs256("2027");
        TokenVerifier during = verifier(old.key(), new_.key());
        assertThat(identity(during, old.token(claims())).credential().keyId()).isEqualTo("2026");
        assertThat(identity(during, new_.token(claims())).credential().keyId()).isEqualTo("2027");
        TestIssuer crossed = new TestIssuer("2027", SigningAlgorithm.HS256, old.secret(), null);
        assertThat(refusal(during, crossed.token(claims()))).contains("signature");
        TokenVerifier after = verifier(new_.key());
        assertThat(refusal(after, old.token(claims()))).contains("no key", "'2026'");
    }

    @Test
    void needsNoKeyIdIfThereIsOnlyOneKey() {
        String nameless = SHOP.token(Map.of("alg", "HS256"), claims());
        assertThat(identity(verifier(SHOP.key()), nameless).credential().keyId())
                .isEqualTo("shop");
        assertThat(refusal(verifier(SHOP.key(), RSA.key()), nameless)).contains("'kid'");
        assertThat(refusal(verifier(), nameless)).contains("no signed tokens");
    }

    @Test
    void showsUnknownKeyIdsWithoutControlCharacters() {
        String token = SHOP.token(Map.of("alg", "HS256", "kid", "a\u001b[31m\n"), claims());
        assertThat(refusal(verifier(SHOP.key()), token)).contains("'a?[31m?'");
    }

    // --- weak keys

    @Test
    void refusesWeakKeysAndKeysOfAnotherKind() {
        assertThatThrownBy(() -> new KeyMaterial.SharedSecret(new byte[31])).hasMessageContaining("32 bytes, had 31");
        assertThatThrownBy(
                        () -> TestIssuer.of("k", SigningAlgorithm.RS256, 1024).key())
                .hasMessageContaining("at least 2048 bits");
        for (SigningAlgorithm other : SigningAlgorithm.values()) {
            if (other == SigningAlgorithm.RS256) continue;
            assertThatThrownBy(() ->
                            key(other, new KeyMaterial.PublicPart(RSA.pair().getPublic())))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> key(SigningAlgorithm.RS256, new KeyMaterial.SharedSecret(new byte[32])))
                .hasMessageContaining("does not go with a shared secret");
    }

    private static TokenKey key(SigningAlgorithm algorithm, KeyMaterial material) {
        return new TokenKey("k", algorithm, material, null, null, Permissions.ALL, TokenKey.LIFETIME_MAX);
    }

    @Test
    void showsNoSecret() {
        String secret = "0123456789abcdef0123456789abcdef";
        TokenKey key =
                key(SigningAlgorithm.HS256, new KeyMaterial.SharedSecret(secret.getBytes(StandardCharsets.UTF_8)));
        assertThat(key.toString()).doesNotContain(secret).contains("'k'", "HS256");
    }
}
