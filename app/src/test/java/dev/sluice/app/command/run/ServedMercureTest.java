package dev.sluice.app.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.command.Terminal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Mercure on a hub of the command line.
final class ServedMercureTest {
    /// For RS256. With a hub that took it for the secret of HS256, anybody could sign tokens.
    private static final String PUBLIC_KEY = """
            -----BEGIN PUBLIC KEY-----
            MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAstlNcJVfmxMB++klUXam
            VxilLkjGzb65Fndm9ruv6p1qMFf6f9FcD4o5O1OaORHzSEu4G79crtjidZilJJYN
            r6NQXnCmqKb7qrhnxL26qk48YkcI9R3hy9pvZZ4ZAE3Yw2AMwwU1EI9oFd11lTvr
            az16GQh330aLPH3hHA2BvEdN0GyVTxs2cjIxIsEeTkNaiWzVBXGIzVJMyZ0PS5a7
            KLOKJgcqiQwlQIIfpQmSjzS/oHygrDAk6bSDtXKhjdQqLW5yQWu6LUjlr3mrQtLQ
            JFyrquE9K9UhN9GEvQZusziFbaEmneJm9MOEbqUNJkxcdm2rFp5zJOHnTiBXVdX1
            KwIDAQAB
            -----END PUBLIC KEY-----
            """;

    @TempDir
    private Path folder;

    @Test
    void isServedAtTheConfiguredPathAndKeptThroughARestart() throws Exception {
        Files.writeString(folder.resolve("mercure.key"), MercureTokens.SECRET + "\n");
        Files.writeString(
                folder.resolve("sluice.toml"),
                "[mercure]\npath = \"/.well-known/mercure\"\npublisher_key_file = \"mercure.key\"\nanonymous = true\n");
        var here = new Terminal(folder, Map.of());
        String id;
        try (var serve = here.start("serve", "--port", "0");
                var client = HttpClient.newHttpClient()) {
            var publish = HttpRequest.newBuilder(URI.create(serve.url() + "/.well-known/mercure"))
                    .header("Authorization", "Bearer " + MercureTokens.of("'publish':['*']"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString("topic=a&data=1"));
            var response = client.send(publish.build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            id = response.body();
        }
        try (var serve = here.start("serve", "--port", "0");
                var client = HttpClient.newHttpClient()) {
            var read = HttpRequest.newBuilder(
                    URI.create(serve.url() + "/.well-known/mercure?topic=a&lastEventID=earliest"));
            try (var lines = client.send(read.build(), BodyHandlers.ofLines()).body()) {
                assertThat(lines.filter(line -> line.startsWith("id:")).findFirst())
                        .hasValue("id: " + id);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'publisher_key_file = \"mercure.key\"', does not fit",
        "'publisher_key_file = \"!SecretWrittenInPlaceOfItsFile!\"', does not exist",
        "'', publisher_key_file",
        "'publisher_key_file = \"mercure.key\"\nalgorithm = \"RS256\"\nissuer = \"a\"', audience"
    })
    void endsAtTheStartIfItsKeysDoNotFit(String settings, String message) throws Exception {
        Files.writeString(folder.resolve("mercure.key"), PUBLIC_KEY);
        Files.writeString(
                folder.resolve("sluice.toml"), "[mercure]\npath = \"/.well-known/mercure\"\n" + settings + "\n");
        var ended = new Terminal(folder, Map.of()).run("serve", "--port", "0");
        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err()).contains(message).doesNotContain("SecretWritten");
    }
}
