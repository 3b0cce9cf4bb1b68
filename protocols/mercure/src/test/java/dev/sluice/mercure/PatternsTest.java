package dev.sluice.mercure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.protocol.MercureTable;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which topics selectors match, which channels topics are, and which keys verify tokens.
final class PatternsTest {
    private static final URI HUB = URI.create("https://hub.example.com/.well-known/mercure");

    @ParameterizedTest
    @CsvSource({
        "https://example.com/{id}, https://example.com/1, true",
        "https://example.com/{id}, https://example.com/1/2, false",
        "https://example.com/{id}, https://example.com/{id}, true",
        "https://example.com/{+path}, https://example.com/1/2?x=y, true",
        "https://example.com/users/foo/{?topic}, https://example.com/users/foo/?topic=https%3A%2F%2Fexample.com, true",
        "https://example.com/users/foo/{?topic}, https://example.com/users/foo/?other=1, false",
        "https://example.com/users/foo/{?topic}, https://example.com/users/foo/, true",
        "'/map{?x,y}', /map?x=1&y=2, true",
        "'/map{?x,y}', /map?y=2, true",
        "/a{/b}{#c}, /a/1#2, true",
        "/a{/b}, /a, true",
        "/a{.ext}, /a.json, true",
        "/a{b}, /a, true",
        "/{a}b, /ab/c, false",
        "/{a:3}, /{a:3}, true",
        "/{a:3}, /abcdef, false",
        "/a{?b*}, /a?b=1, true",
        "{a, {a, true",
        "{a, x, false",
        "*, anything, true"
    })
    void matchUriTemplates(String template, String topic, boolean matches) {
        assertThat(Selector.of(Selector.TOPIC, template, HUB).matches(topic)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com/books/:id, https://example.com/books/1, true",
        "https://example.com/books/:id, HTTPS://EXAMPLE.com:443/books/1, true",
        "https://example.com/books/:id, https://example.com/books/1/2, false",
        "https://example.com/books/:id, https://example.com/books/1?page=2#top, true",
        "https://example.com/books/:id, http://example.com/books/1, false",
        "https://example.com/books/:id, https://example.com:8443/books/1, false",
        "https://example.com/books{/:id}?, https://example.com/books, true",
        "https://example.com/books/:id?, https://example.com/books, true",
        "https://example.com/*, https://example.com/a/b, true",
        "https://*.example.com/a, https://x.y.example.com/a, true",
        "https://:sub.example.com/a, https://x.y.example.com/a, false",
        "http{s}?://example.com/a, http://example.com/a, true",
        "https://example.com/a?b=:c, https://example.com/a?b=1, true",
        "https://example.com/a?b=:c, https://example.com/a, false",
        "/.well-known/mercure/subscriptions/*, /.well-known/mercure/subscriptions/exact/a/b, true",
        "/books/:id, https://hub.example.com/books/1, true",
        "/books/:id, https://other.example.com/books/1, false",
        "urn:a:*, urn:a:b, true",
        "https://example.com/:id, not a url, false"
    })
    void matchUrlPatterns(String pattern, String topic, boolean matches) {
        assertThat(Selector.of(Selector.URL_PATTERN, pattern, HUB).matches(topic))
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.com/(.*)", "/a{b", "/a}", "/:id+", "/{a{b}}"})
    void refuseWhatTheyDoNotSupport(String pattern) {
        assertThatThrownBy(() -> Selector.of(Selector.URL_PATTERN, pattern, HUB))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// A backtracking engine takes years for it.
    @Test
    void matchInLinearTime() {
        Selector selector = Selector.of(Selector.URL_PATTERN, "/" + "*a".repeat(100) + "b", HUB);
        assertThat(selector.matches("/" + "a".repeat(1_500))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chat/7",
                "https://example.com/books/1",
                "/",
                "//",
                "///",
                "/a",
                "a/",
                "a//b",
                "a//",
                "/a/",
                ".",
                "..",
                "a/./b",
                "a/../b",
                "/./",
                "$a",
                "a/$b",
                "/$b",
                "a$",
                "*",
                "a*b",
                "100%",
                "%2F",
                "%252F",
                "a b+c",
                "é/ü",
                "😀",
                "urn:uuid:1",
                "?q",
                "#f"
            })
    void keepTopicsApartAsChannels(String topic) {
        Topics topics = new Topics("/.well-known/mercure", "mercure");
        for (boolean isPrivate : new boolean[] {false, true}) {
            String channel = topics.channel(topics.channel(topic).orElseThrow(), isPrivate);
            assertThat(topics.topic(channel)).hasValue(topic);
            String name = channel.substring(isPrivate ? Topics.PRIVATE.length() : "mercure/".length());
            assertThat(name).doesNotContain("*", "//").doesNotStartWith("/").doesNotEndWith("/");
            for (String segment : name.split("/", -1))
                assertThat(segment).isNotIn("", ".", "..").doesNotStartWith("$");
        }
    }

    @Test
    void refuseKeysThatDoNotFitTheirAlgorithm() {
        String pem = "-----BEGIN PUBLIC KEY-----\n" + "A".repeat(64) + "\n-----END PUBLIC KEY-----";
        for (String algorithm : new String[] {"HS256", "RS256", "none"}) {
            assertThatThrownBy(() -> TokenKey.of(algorithm, pem)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> TokenKey.of("HS256", "short")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"ATATATATATATATATATATATATATATATATATATATAT\"}",
                " {\n \"keys\": [ { \"kty\" : \"EC\", \"crv\" : \"P-256\" } ] }",
                "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 key@example.com",
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMyrw root@example.com",
                "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAI",
                "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9w",
                "---- BEGIN SSH2 PUBLIC KEY ----\nAAAAB3NzaC1yc2EAAAADAQABAAABAQC7",
                "-----BEGIN CERTIFICATE-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"
            })
    void refusePublicKeysAsSecrets(String material) {
        assertThatThrownBy(() -> TokenKey.of("HS256", material)).hasMessageContaining("RS256");
    }

    @ParameterizedTest
    @CsvSource({"RSA, 2048", "RSA, 4096", "EC, 256", "EC, 384", "Ed25519, 255"})
    void refusePublicKeysWithoutArmourAsSecrets(String type, int bits) throws Exception {
        var generator = java.security.KeyPairGenerator.getInstance(type);
        generator.initialize(bits);
        byte[] encoded = generator.generateKeyPair().getPublic().getEncoded();
        for (String text : List.of(
                java.util.Base64.getEncoder().encodeToString(encoded),
                java.util.Base64.getMimeEncoder().encodeToString(encoded) + "\n",
                new String(encoded, java.nio.charset.StandardCharsets.UTF_8))) {
            assertThatThrownBy(() -> TokenKey.of("HS256", text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "!ChangeThisMercureHubJWTSecretKey!",
                "{'a secret that begins with a brace'}",
                "ssh-is-not-what-this-secret-is-about-AAAA",
                "MEUCIQDUgtCsOFbZmi7jZ6sPA9ooqBJ8mTsMVr6cCZVAsw==",
                "MEUCIQDUgtCsOFbZmi7jZ6sPA9ooqBJ8mTsMVr6cCZVAs",
                "0123456789abcdef0123456789abcdef"
            })
    void takeAnyOtherTextAsASecret(String secret) {
        assertThat(TokenKey.of("HS256", secret).algorithm()).isEqualTo("HS256");
    }

    @ParameterizedTest
    @EnumSource(MercureTable.Algorithm.class)
    void knowTheAlgorithmsThatCanBeConfigured(MercureTable.Algorithm algorithm) {
        assertThatThrownBy(() -> TokenKey.of(algorithm.toString(), "too short"))
                .hasMessageContaining(algorithm.isSymmetric() ? "32 bytes" : "no public key");
    }

    @ParameterizedTest
    @CsvSource({"RS256, RSA, SHA256withRSA", "ES256, EC, SHA256withECDSAinP1363Format", "EdDSA, Ed25519, Ed25519"})
    void verifySignaturesOfPublicKeys(String algorithm, String type, String signature) throws Exception {
        var generator = java.security.KeyPairGenerator.getInstance(type);
        if (type.equals("EC")) generator.initialize(256);
        var pair = generator.generateKeyPair();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + java.util.Base64.getMimeEncoder()
                        .encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        TokenKey key = TokenKey.of(algorithm, pem);
        var signer = java.security.Signature.getInstance(signature);
        signer.initSign(pair.getPrivate());
        signer.update("a.b".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        byte[] signed = signer.sign();
        assertThat(key.isSigned("a.b", signed)).isTrue();
        assertThat(key.isSigned("a.c", signed)).isFalse();
        assertThat(key.isSigned("a.b", new byte[3])).isFalse();
    }
}
