package dev.sluice.app.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.command.Terminal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `sluice serve` with apps of Pusher.
final class ServedPusherTest {
    @TempDir
    private Path folder;

    private Terminal terminal(String apps, Map<String, String> environment) throws IOException {
        Files.writeString(
                folder.resolve("sluice.toml"), "pusher = { apps_file = \"apps.properties\", path = \"/ws\" }\n");
        var file = Files.writeString(folder.resolve("apps.properties"), apps);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return new Terminal(folder, environment);
    }

    @Test
    void servesTheAppsOfAFile() throws Exception {
        var here = terminal("shop.key = key-1\nshop.secret_env = SHOP\n", Map.of("SHOP", "secret-1"));
        try (var http = HttpClient.newHttpClient();
                var serve = here.start("serve", "--port", "0", "--memory")) {
            var uri =
                    URI.create(serve.url() + "/ws/apps/shop/channels?auth_key=key-1&auth_version=1.0&auth_timestamp=1");
            var answer = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).startsWith("Timestamp expired");
        }
    }

    @Test
    void endsWithTheFaultOfTheFileAndWithoutItsSecrets() throws Exception {
        var here = terminal("shop.key = key-1\nshop.secret = secret-1\nshop.connections_max = many\n", Map.of());
        var ended = here.run("serve", "--port", "0", "--memory");
        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err())
                .contains("apps.properties", "shop.connections_max")
                .doesNotContain("secret-1");
    }
}
