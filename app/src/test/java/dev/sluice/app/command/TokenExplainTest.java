package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys and tokens that commands made, as a configuration and a hub judge them.
final class TokenExplainTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    private String key = "";

    @BeforeEach
    void configure() throws IOException {
        var made = here().run("key", "new", "backend");
        key = made.out().strip();
        var hash = Pattern.compile("sha256:[0-9a-f]+").matcher(made.err());
        assertThat(hash.find()).isTrue();
        Files.writeString(folder.resolve("sluice.toml"), """
                [[key]]
                kid = "backend"
                hash = "%s"
                publish = ["**"]
                [[key]]
                kid = "shop"
                algorithm = "HS256"
                secret_env = "SHOP"
                subscribe = ["rooms/**", "news/**"]
                publish = ["rooms/**"]
                [[grant]]
                to = "anyone"
                subscribe = ["news/**"]
                [[grant]]
                to = "authenticated"
                publish = ["rooms/{sub}/*"]
                key = "{sub}"
                [[grant]]
                to = "role:editor"
                publish = ["news/**"]
                [[grant]]
                to = "anyone"
                deny = true
                subscribe = ["news/internal/**"]
                """.formatted(hash.group()));
        Files.writeString(folder.resolve("s"), SECRET);
    }

    @Test
    void showsWhatATokenSaysAndPermits() {
        var token = token("--sub=alice", "--role=editor", "--subscribe=rooms/7");

        var ended = here().runWith(token + "\n", "token", "explain");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out().lines())
                .startsWith("kind      a signed token (JWT)")
                .contains(
                        "header    alg HS256",
                        "header    kid shop",
                        "claim     sub \"alice\"",
                        "claim     roles [\"editor\"]",
                        "claim     sluice {\"subscribe\":[\"rooms/7\"]}",
                        "accepted  yes, of alice",
                        "permits   subscribe rooms/7, news/**",
                        "permits   publish rooms/alice/* (key alice), news/**",
                        "at most   subscribe rooms/**, news/**",
                        "at most   publish rooms/**",
                        "except    subscribe news/internal/**")
                .anyMatch(line -> line.matches("claim     exp [0-9]+ \\(20.*Z\\)"));
        assertThat(ended.out()).doesNotContain(token.substring(token.lastIndexOf('.') + 1));
    }

    @Test
    void explainsAStaticKeyWithoutShowingIt() {
        var ended = here().runWith(key, "token", "explain");

        assertThat(ended).isEqualTo(new Terminal.Ended(0, """
                kind      a static key
                accepted  yes, of backend
                permits   subscribe news/**
                permits   publish **, rooms/backend/* (key backend)
                except    subscribe news/internal/**
                """, ""));
    }

    @Test
    void saysWhyATokenIsRefused() {
        var token = token("--sub=alice");
        var forged = token.substring(0, token.lastIndexOf('.') + 1) + "A".repeat(43);

        var ended = here().runWith(forged, "token", "explain");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).contains("claim     sub \"alice\"\n", "\naccepted  no: The token's signature");
        assertThat(here().runWith("hello", "token", "explain").out())
                .startsWith("kind      neither a static key nor a signed token (JWT)\naccepted  no: ");
        assertThat(here().runWith("sk_backend_" + "A".repeat(43), "token", "explain")
                        .exitCode())
                .isEqualTo(1);
        assertThat(here().runWith("\n", "token", "explain"))
                .isEqualTo(new Terminal.Ended(65, "", "sluice: Standard input has no token.\n"));
    }

    @Test
    void reportsThatAHubWithoutKeysAcceptsNoToken() throws Exception {
        Files.writeString(folder.resolve("empty.toml"), "");

        var ended = here().runWith(key, "token", "explain", "--config", "empty.toml");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).contains("accepted  no: this hub has neither keys nor grants");
    }

    @Test
    void agreesWithAHub() throws Exception {
        try (var serve = here().start("serve", "--port", "0", "--memory")) {
            var channels = serve.url() + "/channels/";

            assertThat(post(channels + "news", null)).isEqualTo(401);
            assertThat(post(channels + "news", "sk_backend_" + "A".repeat(43))).isEqualTo(401);
            assertThat(post(channels + "news", key)).isEqualTo(201);
            var alice = token("--sub=alice");
            assertThat(post(channels + "rooms/alice/1?key=alice", alice)).isEqualTo(201);
            assertThat(post(channels + "rooms/alice/1?key=bob", alice)).isEqualTo(403);
            assertThat(post(channels + "rooms/bob/1?key=alice", alice)).isEqualTo(403);
            assertThat(post(channels + "news", token("--sub=bob", "--role=editor")))
                    .as("beyond the ceiling of its key")
                    .isEqualTo(403);
        }
    }

    private static int post(String url, String credential) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url)).POST(HttpRequest.BodyPublishers.ofString("hello"));
        if (credential != null) request.header("Authorization", "Bearer " + credential);
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private String token(String... options) {
        var arguments = new String[options.length + 4];
        arguments[0] = "token";
        arguments[1] = "new";
        arguments[2] = "--secret-file=s";
        arguments[3] = "--kid=shop";
        System.arraycopy(options, 0, arguments, 4, options.length);
        var ended = here().run(arguments);
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        return ended.out().strip();
    }

    private Terminal here() {
        return new Terminal(folder, Map.of("SHOP", SECRET));
    }
}
