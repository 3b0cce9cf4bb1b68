package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Ports;
import dev.sluice.server.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `sluice health` with a hub that has the same folder and environment.
final class HealthTest {
    private static final String READY = "ok sluice [0-9.]+(-\\S+)?\n";

    @TempDir
    private Path folder;

    private int port;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void configure() {
        port = Ports.free();
        environment.put("SLUICE_PORT", Integer.toString(port));
        environment.put("SLUICE_STORAGE_MEMORY", "true");
    }

    private Terminal terminal() {
        return new Terminal(folder, environment);
    }

    private Running serve() {
        var serve = terminal().start("serve");
        serve.firstLine();
        return serve;
    }

    private void assertHealthy(String... options) {
        var ended = health(options);
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).matches(READY);
        assertThat(ended.exitCode()).isZero();
    }

    private Terminal.Ended health(String... options) {
        return terminal()
                .run(Stream.concat(Stream.of("health"), Stream.of(options)).toArray(String[]::new));
    }

    private void assertUnhealthy(String message, String... options) {
        var ended = health(options);
        assertThat(ended.err()).startsWith("sluice: ").contains(message).hasLineCount(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.exitCode()).isEqualTo(1);
    }

    @Test
    void findsTheHubByItsEnvironment() {
        assertUnhealthy("No hub answers at http://127.0.0.1:" + port + "/readyz (Connection refused");
        try (var serve = serve()) {
            assertHealthy();
            assertThat(health("--live").out()).isEqualTo("ok\n");
            environment.remove("SLUICE_PORT");
            assertHealthy("--url", serve.url());
        }
    }

    @Test
    void findsTheHubByItsFile() throws IOException {
        environment.clear();
        var file = folder.resolve("hub.toml");
        Files.writeString(file, "port = " + port + "\n[storage]\nmemory = true\n");
        try (var serve = terminal().start("serve", "--config", "hub.toml")) {
            serve.firstLine();
            assertHealthy("--config", "hub.toml");
            environment.put("SLUICE_CONFIG", "hub.toml");
            assertHealthy();

            Files.writeString(file, "port = " + port + "\nprot = 1\norigins = 7\n[storage\n");
            assertHealthy(); // The hub keeps what it has, and must not be restarted for this.
        }
    }

    @Test
    void needsNoKey() throws IOException {
        Files.writeString(folder.resolve("sluice.toml"), """
                [[key]]
                kid = "ops"
                hash = "sha256:5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5"
                admin = true
                """);
        try (var _ = serve()) {
            assertHealthy();
        }
    }

    @Test
    void asksThePortForOperators() {
        int admin = Ports.free();
        environment.put("SLUICE_ADMIN_PORT", Integer.toString(admin));
        try (var _ = serve()) {
            environment.put("SLUICE_PORT", "1");
            assertHealthy();
        }
        assertUnhealthy(":" + admin + "/readyz");
    }

    @Test
    void asksTheListenerForOperators() throws IOException {
        environment.remove("SLUICE_PORT");
        int admin = Ports.free();
        Files.writeString(
                folder.resolve("sluice.toml"),
                "[[listen]]\nport = %d\n[[listen]]\nport = %d\nrole = \"admin\"\n".formatted(port, admin));
        try (var _ = serve()) {
            assertHealthy();
        }
        assertUnhealthy(":" + admin + "/readyz");
    }

    @Test
    void asksAListenerThatIsNotForProxies() throws IOException {
        environment.remove("SLUICE_PORT");
        var file = folder.resolve("sluice.toml");
        var forProxies = """
                behind_proxy = true
                trusted_proxies = ["127.0.0.1"]
                [[listen]]
                port = %d
                proxy_protocol = true
                """.formatted(Ports.free());
        Files.writeString(file, forProxies + "[[listen]]\nport = %d\n".formatted(port));
        try (var _ = serve()) {
            assertHealthy();
        }
        Files.writeString(file, forProxies);
        assertUnhealthy("give it a [[listen]] without proxy_protocol for probes");
    }

    @Test
    void acceptsTheCertificateOfAHubOfThisMachine() {
        environment.put("SLUICE_TLS_DEV", "true");
        environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        try (var serve = serve()) {
            assertThat(serve.url()).startsWith("https:");
            assertHealthy();
            assertHealthy("--url", serve.url());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "::", "0.0.0.0", "localhost"})
    void asksAnyInterface(String host) {
        environment.put("SLUICE_HOST", host);
        environment.put("SLUICE_INSECURE", "true");
        try (var _ = serve()) {
            assertHealthy();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void endsInTimeIfTheHubHangs(String scheme) throws IOException {
        // The kernel accepts connections for a program that does not.
        try (var hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var url = scheme + "://127.0.0.1:" + hanging.getLocalPort();
            assertUnhealthy("The hub at " + url + "/readyz has not answered in 1 s.", "--timeout", "1s", "--url", url);
        }
    }

    @Test
    void reportsAServerThatIsNoHub() throws Exception {
        try (var other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (var socket = other.accept()) {
                    socket.getOutputStream().write("220 mail.example ESMTP\r\n".getBytes(StandardCharsets.US_ASCII));
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (IOException closed) {
                    return;
                }
            });
            assertUnhealthy("(the answer is not HTTP)", "--url", "http://127.0.0.1:" + other.getLocalPort());
        }
    }

    @Test
    void namesThePortThatItCannotFind() {
        environment.put("SLUICE_PORT", "0");
        assertUnhealthy("name it with --url");
        environment.put("SLUICE_PORT", "1");
        environment.put("SLUICE_PROXY_PROTOCOL", "true");
        assertUnhealthy("give it an admin_port for probes");
    }

    /// A node waits for the others that found the cluster with it, as long as that takes: a supervisor must not end
    /// it, nor send it clients.
    @Test
    void aHubThatIsStartingIsAliveAndNotReady() throws Exception {
        var nodes =
                Stream.generate(() -> "127.0.0.1:" + Ports.inARow(2)).limit(2).toList();
        Files.writeString(folder.resolve("token"), "a secret of the nodes, of 32 bytes or more");
        environment.remove("SLUICE_STORAGE_MEMORY");
        environment.put("SLUICE_CLUSTER_TOKEN_FILE", "token");
        environment.put("SLUICE_CLUSTER_NODES", String.join(",", nodes));
        try (var first = node(nodes, 0)) {
            Await.that(() -> health("--live").exitCode() == 0);
            assertThat(health("--live").out()).isEqualTo("ok\n");
            assertUnhealthy("answers 503: ");
            assertUnhealthy("The hub is starting");
            assertThat(health("--live", "--url", "http://127.0.0.1:" + port + "/elsewhere")
                            .err())
                    .contains("answers 503: ");
            assertEventSourceComesBack();

            var firstOnly = Map.copyOf(environment);
            environment.put("SLUICE_PORT", "0");
            try (var second = node(nodes, 1)) {
                environment.putAll(firstOnly);
                Await.that(() -> health().exitCode() == 0);
                assertHealthy();
                assertThat(first.url()).isEqualTo("http://127.0.0.1:" + port);
                second.firstLine();
            }
        }
    }

    /// Any status but 200 would end it for ever.
    private void assertEventSourceComesBack() throws Exception {
        var events = URI.create("http://127.0.0.1:" + port + "/channels/news");
        try (var client = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(events).header("Accept", "text/event-stream");
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .startsWith("retry: 1000\n\nevent: sluice.error\n")
                    .contains("not-ready");

            HttpRequest status =
                    request.uri(URI.create(events + "?errors=status")).build();
            assertThat(client.send(status, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(503);
        }
    }

    private Running node(List<String> nodes, int index) {
        var own = new HashMap<>(environment);
        own.put("SLUICE_CLUSTER_NODE", nodes.get(index));
        own.put("SLUICE_STORAGE_DATA", "data-" + index);
        return new Terminal(folder, own).start("serve");
    }
}
