package dev.sluice.app.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.command.Terminal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Durable Streams on a hub of the command line.
final class ServedStreamsTest {
    @TempDir
    private Path folder;

    @Test
    void areServedBelowTheConfiguredPathAndKeptThroughARestart() throws Exception {
        Files.writeString(folder.resolve("sluice.toml"), "[durable_streams]\npath = \"/api/streams\"\n");
        var here = new Terminal(folder, Map.of());
        try (var serve = here.start("serve", "--port", "0");
                var client = HttpClient.newHttpClient()) {
            URI stream = URI.create(serve.url() + "/api/streams/runs/1");
            assertThat(send(client, stream, "PUT", "[1]").statusCode()).isEqualTo(201);
            assertThat(send(client, stream, "POST", "[2]").statusCode()).isEqualTo(204);
        }
        try (var serve = here.start("serve", "--port", "0");
                var client = HttpClient.newHttpClient()) {
            URI stream = URI.create(serve.url() + "/api/streams/runs/1");
            assertThat(send(client, stream, "GET", "").body()).isEqualTo("[1,2]");
            assertThat(send(client, URI.create(serve.url() + "/streams/runs/1"), "GET", "")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    private static HttpResponse<String> send(HttpClient client, URI uri, String method, String body) throws Exception {
        var request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body));
        return client.send(request.build(), BodyHandlers.ofString());
    }
}
