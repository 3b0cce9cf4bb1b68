package dev.sluice.server.matrix;

import dev.sluice.server.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The stream of a session over Server-Sent Events.
final class DoorStream implements AutoCloseable {
    private static final String DATA = "data: ";

    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;

    private DoorStream(HttpResponse<InputStream> response) {
        this.response = response;
        this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    static DoorStream open(HttpClient http, String address, @Nullable String credential) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address))
                .timeout(TestServer.PATIENCE)
                .header("Accept", "text/event-stream");
        if (credential != null) request.header("Authorization", "Bearer " + credential);
        try {
            return new DoorStream(http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    HttpResponse<InputStream> response() {
        return response;
    }

    /// The id of the session, of its first message.
    String session() {
        return next().path("session").asString();
    }

    /// The next message.
    JsonNode next() {
        CompletableFuture<JsonNode> next = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                String line = lines.readLine();
                while (line != null && !line.startsWith(DATA)) line = lines.readLine();
                if (line == null) throw new AssertionError("the session ended");
                next.complete(JsonMapper.shared().readTree(line.substring(DATA.length())));
            } catch (Throwable failed) {
                next.completeExceptionally(failed);
            }
        });
        return next.orTimeout(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException closed) {
            throw new AssertionError(closed);
        }
    }
}
