package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.Trust;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `sluice serve --tls-dev`, used with the file that its first line names.
final class TlsDevTest {
    private static final Pattern LINE = Pattern.compile(
            " at (https://\\S+), for clients that trust (.+), log in .*try: curl --cacert (\\S+) -d hello \\1/channels");

    @TempDir
    private Path folder;

    /// The first line of the output.
    private record Line(String uri, Path authority) {}

    private Terminal terminal(Map<String, String> environment) {
        return new Terminal(folder, environment);
    }

    private Running serve(String... options) {
        var all = new ArrayList<>(List.of("serve", "--tls-dev", "--port", "0"));
        all.addAll(List.of(options));
        return terminal(Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()))
                .start(all.toArray(String[]::new));
    }

    private static Line line(Running serve) {
        var found = LINE.matcher(serve.firstLine());
        assertThat(found.find()).as(serve.firstLine()).isTrue();
        assertThat(found.group(3)).isEqualTo(found.group(2));
        return new Line(found.group(1), Path.of(found.group(2)));
    }

    private static Version publish(HttpClient client, String uri) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(uri + "/channels/news"))
                .POST(BodyPublishers.ofString("one"))
                .build();
        var answer = client.send(request, BodyHandlers.discarding());
        assertThat(answer.statusCode()).isEqualTo(201);
        return answer.version();
    }

    @Test
    void servesBothVersionsOfHttpToClientsThatTrustItsAuthority() throws Exception {
        try (var serve = serve("--memory")) {
            var line = line(serve);
            for (var version : Version.values()) {
                try (var client = HttpClient.newBuilder()
                        .sslContext(Trust.in(line.authority()))
                        .version(version)
                        .build()) {
                    assertThat(publish(client, line.uri())).isEqualTo(version);
                    assertThat(publish(client, line.uri().replace("127.0.0.1", "localhost")))
                            .isEqualTo(version);
                }
            }
        }
    }

    @Test
    void isRefusedByClientsThatDoNotTrustItsAuthority() {
        try (var serve = serve("--memory");
                var client = HttpClient.newHttpClient()) {
            var uri = line(serve).uri();
            assertThatThrownBy(() -> publish(client, uri)).isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void worksWithTheCommands() {
        try (var serve = serve("--memory")) {
            var line = line(serve);
            var ended = terminal(Map.of("SLUICE_URL", line.uri()))
                    .run("pub", "news", "one", "--cacert", line.authority().toString());
            assertThat(ended.exitCode()).as(ended.err()).isZero();
        }
    }

    @Test
    void keepsTheAuthorityInTheDataFolderOverRestarts() throws Exception {
        Path authority;
        String first;
        try (var serve = serve("--data", "log")) {
            authority = line(serve).authority();
            first = Files.readString(authority);
        }
        assertThat(authority).isEqualTo(folder.resolve("log/tls-dev/authority.pem"));
        var trusted = Trust.in(authority);
        try (var serve = serve("--data", "log");
                var client = HttpClient.newBuilder().sslContext(trusted).build()) {
            var line = line(serve);
            publish(client, line.uri());
            assertThat(Files.readString(line.authority())).isEqualTo(first);
        }
    }

    @Test
    void keepsTheAuthorityOfAHubInMemoryInTheUsersCache() {
        try (var serve = serve("--memory")) {
            assertThat(line(serve).authority()).isEqualTo(folder.resolve("cache/sluice/tls-dev/authority.pem"));
        }
    }

    @Test
    void isRefusedBesideAListOfAddresses() throws IOException {
        Files.writeString(folder.resolve("sluice.toml"), "[[listen]]\nport = 0\n");
        var ended = terminal(Map.of()).run("serve", "--memory", "--tls-dev");
        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err()).contains("--tls-dev").contains("name a certificate there");
    }

    @Test
    void changesNothingAboutWhoMayReachTheHub() {
        var ended = terminal(Map.of()).run("serve", "--memory", "--tls-dev", "--host", "0.0.0.0");
        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err()).contains("0.0.0.0").contains("not loopback");
    }

    @Test
    void namesADamagedAuthorityAndReplacesItOnlyWhenItIsGone() throws IOException {
        var made = Files.createDirectories(folder.resolve("log/tls-dev")).resolve("authority-key.pem");
        Files.writeString(made, "damaged");
        var ended = terminal(Map.of()).run("serve", "--data", "log", "--tls-dev");
        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err())
                .contains("authority-key.pem")
                .contains("Delete it")
                .hasLineCount(1);
    }
}
