package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Access;
import dev.sluice.CannotStartException;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.server.TestServer;
import dev.sluice.server.auth.TestIssuer;
import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.TestCertificates;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Keys, grants and TLS that a program gives in its code, over real sockets.
final class KeysTest {
    private static final String KEY = StaticKeys.generate("backend", new SecureRandom());

    @TempDir
    Path folder;

    private static Sluice app() {
        return Sluice.inMemory()
                .port(0)
                .key("backend", Map.of("hash", StaticKeys.hash(KEY), "publish", List.of("**"), "roles", "ops"))
                .grant("anyone", Map.of("subscribe", List.of("news/**")))
                .grant("role:ops", Map.of("subscribe", "**"))
                .grant("anyone", Map.of("deny", true, "subscribe", "news/internal"));
    }

    private static HttpResponse<String> send(
            HttpClient client, Sluice app, String method, String path, @Nullable String credential) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(app.uri() + path))
                .timeout(TestServer.PATIENCE)
                .method(method, HttpRequest.BodyPublishers.ofString(method.equals("GET") ? "" : "x"));
        if (credential != null) request.header("Authorization", "Bearer " + credential);
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private static HttpResponse<String> send(Sluice app, String method, String path, @Nullable String credential) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return send(client, app, method, path, credential);
        }
    }

    @Test
    void areNamedInTheSettingsThatOnlyOperatorsReadAndNoSecretIs() {
        String ops = StaticKeys.generate("ops", new SecureRandom());
        try (var app = app().key("ops", Map.of("hash", StaticKeys.hash(ops), "admin", true))
                .start()) {
            assertThat(send(app, "GET", "/settings", null).statusCode()).isEqualTo(401);
            assertThat(send(app, "GET", "/settings", KEY).statusCode()).isEqualTo(403);
            String settings = send(app, "GET", "/settings", ops).body();
            assertThat(settings)
                    .contains(
                            "{\"kid\":\"backend\",\"kind\":\"static\",\"roles\":[\"ops\"],\"permits\":{\"publish\":[\"**\"]}")
                    .contains("\"to\":\"role:ops\"", "\"deny\":true", "\"heapBytes\":", "\"budgets\":[{")
                    .contains("subscribe.heartbeat", "\"source\":\"default\"")
                    .doesNotContain("sha256:", StaticKeys.hash(KEY), KEY, ops);
        }
    }

    @Test
    void permitOnlyWhatTheyName() {
        try (var app = app().get("/own", request -> Response.text("own")).start()) {
            assertThat(send(app, "POST", "/channels/news/a", null).statusCode()).isEqualTo(401);
            assertThat(send(app, "POST", "/channels/news/a", KEY).statusCode()).isEqualTo(201);
            assertThat(send(app, "POST", "/channels/news/a", "sk_junk").statusCode())
                    .isEqualTo(401);
            String read = "?as=json&after=earliest";
            assertThat(send(app, "GET", "/channels/news/a" + read, null).body()).contains("\"from\":\"backend\"");
            assertThat(send(app, "GET", "/channels/other" + read, null).statusCode())
                    .isEqualTo(401);
            assertThat(send(app, "GET", "/channels/other" + read, KEY).statusCode())
                    .isEqualTo(200);
            assertThat(send(app, "GET", "/channels/news/internal" + read, KEY).statusCode())
                    .isEqualTo(403);
            assertThat(send(app, "GET", "/own", null).body())
                    .as("the program's own")
                    .isEqualTo("own");
            app.channel("news/internal").publish("the program itself may");
        }
    }

    @Test
    void takeTokensWhoseSecretIsInAFile() throws Exception {
        TestIssuer issuer = TestIssuer.hs256("shop");
        Path secret = Files.write(folder.resolve("shop.secret"), issuer.secret());
        String token = issuer.token(Map.of("sub", "alice", "exp", Instant.now().getEpochSecond() + 600));
        try (var app = Sluice.inMemory()
                .port(0)
                .key("shop", Map.of("algorithm", "HS256", "secret_file", secret, "lifetime_max", "1h"))
                .grant("authenticated", Map.of("publish", List.of("rooms/{sub}/*"), "key", "{sub}"))
                .start()) {
            assertThat(send(app, "POST", "/channels/rooms/alice/1?key=alice", token)
                            .statusCode())
                    .isEqualTo(201);
            assertThat(send(app, "POST", "/channels/rooms/bob/1?key=alice", token)
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void serveHttpsToClientsWithCertificates() {
        var certificates = new TestCertificates();
        TestCertificates.write(folder, certificates.forLocalhost());
        Path authorities = folder.resolve("clients.pem");
        TestCertificates.write(authorities, TestCertificates.pem(certificates.authority()));
        CertifiedKey pump = certificates.forClient("pump-7");
        try (var app = Sluice.inMemory()
                        .listen(Map.of(
                                "port",
                                0,
                                "certificate_file",
                                folder.resolve("certificate.pem"),
                                "key_file",
                                folder.resolve("key.pem"),
                                "client_ca_file",
                                authorities))
                        .key("pumps", Map.of("client_certificate", "dns"))
                        .grant("authenticated", Map.of("publish", "pumps/{sub}"))
                        .get("/own", request -> Response.text("own"))
                        .start();
                HttpClient with = HttpClient.newBuilder()
                        .sslContext(certificates.client(pump))
                        .build();
                HttpClient without = HttpClient.newBuilder()
                        .sslContext(certificates.client(null))
                        .build()) {
            HttpResponse<String> published = send(with, app, "POST", "/channels/pumps/pump-7", null);
            assertThat(published.statusCode()).as(published.body()).isEqualTo(201);
            assertThat(published.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(send(without, app, "POST", "/channels/pumps/pump-7", null)
                            .statusCode())
                    .isEqualTo(401);
            assertThat(send(without, app, "GET", "/own", null).body()).isEqualTo("own");
        }
    }

    @Test
    void permitAnyListenAddress() {
        try (var app = app().host("0.0.0.0").start()) {
            assertThat(app.port()).isPositive();
        }
    }

    // --- mistakes

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        hash      | sk_backend_x | key k hash takes "sha256:" and 64 lower-case hexadecimal digits, as 'sluice key new' prints it, not what is there (not shown, as it may be a secret).
        hsah      | x            | key k: 'hsah' is not a key. Did you mean 'hash'?
        algorithm | HS256        | key k needs 'hash' for a static key, 'password_file' for a person, one of 'public_key_file', 'secret_file', 'secret_env' and 'jwks' for tokens, or 'client_certificate'.
        """)
    void refuseAWrongKeyAtOnceWithoutRepeatingASecret(String key, String value, String message) {
        try (var app = Sluice.inMemory()) {
            assertThatThrownBy(() -> app.key("k", Map.of(key, value)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
        }
    }

    @Test
    void refuseAWrongGrantOrAddressAndASecondKeyOfAName() {
        try (var app = app()) {
            assertThatThrownBy(() -> app.grant("everyone", Map.of("subscribe", "a")))
                    .hasMessage("grant takes \"anyone\", \"authenticated\", \"sub:NAME\" or \"role:NAME\", not"
                            + " \"everyone\".");
            assertThatThrownBy(() -> app.grant("anyone", Map.of("subscribe", List.of("a/**/b"))))
                    .hasMessageStartingWith("grant anyone subscribe takes a list");
            assertThatThrownBy(() -> app.grant("anyone", Map.of()))
                    .hasMessageStartingWith("grant anyone names nothing");
            assertThatThrownBy(() -> app.listen(Map.of("key_file", "hub.key")))
                    .hasMessage("listen has 'key_file' and needs 'certificate_file', the certificate of that key.");
            assertThatThrownBy(() -> app.key("backend", Map.of("hash", StaticKeys.hash(KEY))))
                    .hasMessageStartingWith("key: there already is a key 'backend'");
        }
    }

    @Test
    void refuseAKeyThatGetsNoCertificateBecauseOneBeforeItTakesAll() {
        try (var app = Sluice.inMemory()
                .key("some", Map.of("client_certificate", "cn", "client_ca_file", "pumps.pem"))
                .key("all", Map.of("client_certificate", "cn"))) {
            assertThatThrownBy(() -> app.key("others", Map.of("client_certificate", "dns")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("key: 'all' takes all client certificates, so 'others' gets none: give one of them a"
                            + " 'client_ca_file' and put it first, or remove one.");
            assertThatThrownBy(
                            () -> app.key("people", Map.of("client_certificate", "cn", "client_ca_file", "people.pem")))
                    .hasMessageEndingWith("give that one a 'client_ca_file', or move it behind.");
        }
    }

    @Test
    void areRefusedBesideAnAuthorizer() {
        try (var app = app();
                var other = Sluice.inMemory().authorizer(request -> Access.nothing())) {
            assertThatThrownBy(() -> app.authorizer(request -> Access.everything()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("authorizer: keys and grants decide already; remove one of them.");
            assertThatThrownBy(() -> other.grant("anyone", Map.of("subscribe", "**")))
                    .hasMessage("grant: an authorizer decides already; remove one of them.");
        }
    }

    @Test
    void areRefusedWithoutTheirFilesAndWithoutCallers() {
        Path missing = folder.resolve("missing");
        var withoutSecret = Sluice.inMemory().port(0).key("shop", Map.of("algorithm", "HS256", "secret_file", missing));
        assertThatThrownBy(withoutSecret::start)
                .isInstanceOf(CannotStartException.class)
                .hasMessage("key shop secret_file: The file that 'secret_file' names does not exist.");
        var withoutCertificate = Sluice.inMemory().listen(Map.of("certificate_file", missing, "key_file", missing));
        assertThatThrownBy(withoutCertificate::start)
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining("missing' does not exist");
        var forNobody = app().grant("role:dev", Map.of("subscribe", "**"));
        assertThatThrownBy(forNobody::start)
                .isInstanceOf(CannotStartException.class)
                .hasMessage("grant: 'role:dev' is nobody: no key lets a caller be that.");
        var twoPlaces = app().listen(Map.of("port", 0));
        assertThatThrownBy(twoPlaces::start)
                .isInstanceOf(CannotStartException.class)
                .hasMessageStartingWith("port: 'port' is for a hub without [[listen]]");
    }
}
