package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.tls.TestCertificates;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `sluice revoke`, against a hub with keys.
final class RevokeTest {
    private static final String KEY = StaticKeys.generate("ops", new SecureRandom());

    @TempDir
    private Path folder;

    private static int read(String url, String token) throws Exception {
        try (var http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var request = HttpRequest.newBuilder(URI.create(url + "/channels/news?as=json"))
                    .header("Authorization", "Bearer " + token)
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    /// A hub whose key may revoke, with further settings.
    private void configure(String more) throws IOException {
        Files.writeString(folder.resolve("s"), "0123456789abcdef0123456789abcdef");
        Files.writeString(folder.resolve("sluice.toml"), """
                key = [
                  { kid = "ops", hash = "%s", admin = true },
                  { kid = "shop", algorithm = "HS256", secret_file = "s" },
                ]
                grant = [{ to = "authenticated", subscribe = ["**"] }]
                %s""".formatted(StaticKeys.hash(KEY), more));
    }

    /// The JDK's message about such a header shows the header.
    @ParameterizedTest
    @ValueSource(
            strings = {"revoke --sub=a", "drain", "reload", "doctor http://localhost:1", "pub a b", "sub a", "channels"
            })
    void refusesATokenWithALineEndInsideWithoutShowingIt(String command) {
        var ended = new Terminal(folder, Map.of("SLUICE_TOKEN", "some-\nsecret\n")).run(command.split(" ", -1));

        assertThat(ended.exitCode()).isEqualTo(64);
        assertThat(ended.err())
                .contains("perhaps a line end inside")
                .doesNotContain("secret")
                .hasLineCount(1);
    }

    @Test
    void endsTheTokensOfAUser() throws Exception {
        configure("");
        var here = new Terminal(folder, Map.of());
        var alice = here.run("token", "new", "--secret-file=s", "--kid=shop", "--sub=alice")
                .out()
                .strip();
        try (var serve = here.start("serve", "--port", "0", "--memory")) {
            String url = serve.url();
            assertThat(read(url, alice)).isEqualTo(200);
            var wrong = new Terminal(folder, Map.of("SLUICE_URL", url, "SLUICE_TOKEN", alice))
                    .run("revoke", "--sub", "bob");
            assertThat(wrong.exitCode()).isEqualTo(1);
            assertThat(wrong.err()).contains("The hub refused", "admin").doesNotContain(alice);

            var revoked = new Terminal(folder, Map.of("SLUICE_URL", url, "SLUICE_TOKEN", KEY))
                    .run("revoke", "--sub", "alice", "--reason", "left");

            assertThat(revoked.exitCode()).as(revoked.err()).isZero();
            assertThat(revoked.out()).contains("\"sub\":\"alice\"", "\"reason\":\"left\"", "\"until\":");
            assertThat(read(url, alice)).isEqualTo(401);
        }
    }

    @Test
    void trustsTheAuthorityThatIsNamed() throws Exception {
        var certificates = new TestCertificates();
        TestCertificates.write(folder, certificates.forLocalhost());
        Files.writeString(folder.resolve("ca.pem"), TestCertificates.pem(certificates.authority()));
        configure("listen = [{ port = 0, certificate_file = 'certificate.pem', key_file = 'key.pem' }]");
        try (var serve = new Terminal(folder, Map.of()).start("serve", "--memory")) {
            var here = new Terminal(folder, Map.of("SLUICE_URL", serve.url(), "SLUICE_TOKEN", KEY));
            assertThat(here.run("revoke", "--sub", "alice").err()).contains("--cacert FILE");
            var revoked = here.run("revoke", "--sub", "alice", "--cacert", "ca.pem");
            assertThat(revoked.exitCode()).as(revoked.err()).isZero();
        }
    }
}
