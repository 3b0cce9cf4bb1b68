package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A hub with TLS, and the commands that use it.
final class HttpsTest {
    private static final TestCertificates CERTIFICATES = new TestCertificates();
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path folder;

    @BeforeEach
    void configure() throws IOException {
        Files.writeString(folder.resolve("ca.pem"), TestCertificates.pem(CERTIFICATES.authority()));
        Files.writeString(folder.resolve("sluice.toml"), """
                [[listen]]
                port = 0
                certificate_file = "certificate.pem"
                key_file = "key.pem"
                """);
    }

    private Running serve(CertifiedKey certified) {
        TestCertificates.write(folder, certified);
        return new Terminal(folder, Map.of()).start("serve", "--memory");
    }

    private Terminal client(Running serve) {
        return new Terminal(folder, Map.of("SLUICE_URL", serve.url()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sse", "ws", "ndjson", "longpoll", "poll"})
    void publishesAndSubscribes(String transport) {
        try (var serve = serve(CERTIFICATES.forLocalhost())) {
            var client = client(serve);
            assertThat(client.run("pub", "news", "one", "--cacert", "ca.pem").err())
                    .isEmpty();
            try (var sub =
                    client.start("sub", "news", "--as", transport, "--after", "earliest", "--cacert", "ca.pem")) {
                sub.awaitOut("one\n");
                client.run("pub", "news", "two", "--close", "--cacert", "ca.pem");
                assertThat(sub.awaitEnd()).isEqualTo(new Terminal.Ended(0, "one\ntwo\n", ""));
            }
            assertThat(client.run("channels", "--cacert", "ca.pem").out()).contains("news");
        }
    }

    private void refuses(CertifiedKey certified, String problem, String... options) {
        try (var serve = serve(certified)) {
            var command = new ArrayList<>(List.of("channels"));
            command.addAll(List.of(options));
            var ended = client(serve).run(command.toArray(String[]::new));
            assertThat(ended.exitCode()).isEqualTo(69);
            assertThat(ended.err()).contains(problem).doesNotContain("PKIX").hasLineCount(1);
        }
    }

    @Test
    void namesAnUnknownAuthorityAndTheOptionForIt() {
        refuses(CERTIFICATES.forLocalhost(), "issued by an unknown authority");
        refuses(CERTIFICATES.forLocalhost(), "--cacert FILE");
    }

    @Test
    void namesACertificateForAnotherName() {
        var other = CERTIFICATES.forServer(Instant.now(), DAY, "hub.example");
        refuses(other, "certificate is for another name", "--cacert", "ca.pem");
    }

    @Test
    void namesAnExpiredCertificate() {
        var expired = CERTIFICATES.forServer(Instant.now().minus(DAY.multipliedBy(2)), DAY, "127.0.0.1");
        refuses(expired, "certificate has expired", "--cacert", "ca.pem");
    }

    @Test
    void refusesAFileWithoutCertificates() throws IOException {
        Files.writeString(folder.resolve("none.pem"), "");
        var here = new Terminal(folder, Map.of());
        for (var file : List.of("none.pem", "missing.pem")) {
            var ended = here.run("channels", "--url", "https://127.0.0.1:1", "--cacert", file);
            assertThat(ended.exitCode()).isEqualTo(64);
            assertThat(ended.err()).contains(file);
        }
    }
}
