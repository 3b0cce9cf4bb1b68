package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Publication;
import dev.sluice.client.SluiceClient;
import dev.sluice.server.proxy.HostileProxy;
import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.TestCertificates;
import java.io.IOException;
import java.net.URI;
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--connections 6 --channels 2 --rate 200",
                "--connections 5 --in-flight 8 --as ws",
                "--connections 5 --in-flight 8 --publish-as ws --size 40000",
                "--connections 5 --rate 300 --resume --cut 100ms --come-back 10ms",
                "--connections 40 --streams 10 --in-flight 8 --loops 2",
                "--connections 5 --streams 3 --in-flight 8 --size 40000 --as ndjson",
            })
    void findsNoFaultsUnderLoad(String load) {
        try (var serve = serve(CERTIFICATES.forLocalhost())) {
            var bench = new ArrayList<>(List.of("bench", "--cacert", "ca.pem", "--warmup", "100ms"));
            bench.addAll(List.of("--duration", "300ms"));
            bench.addAll(List.of(load.split(" ")));
            var ended = client(serve).run(bench.toArray(String[]::new));
            assertThat(ended.err()).doesNotContain("sluice:");
            assertThat(ended.exitCode()).as(ended.out()).isZero();
            assertThat(ended.out())
                    .doesNotContain("checked       0 ")
                    .endsWith(": all delivered once, intact, in order\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--streams 2"})
    void benchNamesARefusalOverTls(String options) {
        try (var serve = serve(CERTIFICATES.forLocalhost())) {
            var bench = "bench --cacert ca.pem --subscribe-path /no/{channel} --connections 2 " + options;
            var ended = client(serve).run(bench.strip().split(" "));
            assertThat(ended.exitCode()).isEqualTo(1);
            assertThat(ended.err()).contains("sluice: The server refused: GET /no/bench-", " was answered ");
        }
    }

    @Test
    void benchTrustsNoOtherAuthority() {
        try (var serve = serve(CERTIFICATES.forLocalhost())) {
            var ended = client(serve).run("bench", "--connections", "1");
            assertThat(ended.exitCode()).isEqualTo(69);
            assertThat(ended.err()).contains("sluice: No server to measure at https://", "certification path");
        }
    }

    /// A firewall that forgets a connection drops what is sent on it.
    @Test
    void publishesOverANewConnectionAfterTheOpenOnesHaveDiedInSilence() throws InterruptedException {
        try (var serve = serve(CERTIFICATES.forLocalhost());
                var proxy = HostileProxy.before(URI.create(serve.url()));
                var client = SluiceClient.builder(
                                URI.create("https://127.0.0.1:" + proxy.uri("/").getPort()))
                        .authorities(folder.resolve("ca.pem"))
                        .answerWithin(Duration.ofSeconds(2))
                        .retryFor(Duration.ofSeconds(30))
                        .build()) {
            client.publish(Publication.text("news", "one"));
            proxy.blackHole();
            assertThat(client.publish(Publication.text("news", "two")).id()).isNotEmpty();
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
