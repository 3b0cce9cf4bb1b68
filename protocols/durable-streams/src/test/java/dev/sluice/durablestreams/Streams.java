package dev.sluice.durablestreams;

import dev.sluice.Sluice;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;

/// A hub that serves streams at `/streams`, and requests to it.
final class Streams implements AutoCloseable {
    static final String PATH = "/streams";

    /// So that a test of an idle long poll takes no longer.
    static final Duration WAIT = Duration.ofMillis(300);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final Sluice hub;
    private final HttpClient client = HttpClient.newHttpClient();

    private Streams(Sluice hub) {
        this.hub = hub;
    }

    static Streams inMemory() {
        return on(Sluice.inMemory(), InstantSource.system());
    }

    static Streams on(Sluice hub, InstantSource clock) {
        hub.port(0).withoutShutdownHook();
        DurableStreams streams = DurableStreams.on(hub, PATH, clock, WAIT);
        hub.start();
        streams.start();
        return new Streams(hub);
    }

    /// Sends a request without a body.
    ///
    /// @param headers names and values
    HttpResponse<String> send(String method, String stream, String... headers) throws Exception {
        return send(method, stream, BodyPublishers.noBody(), headers);
    }

    HttpResponse<String> sendBody(String method, String stream, String body, String... headers) throws Exception {
        return send(method, stream, BodyPublishers.ofString(body), headers);
    }

    private HttpResponse<String> send(String method, String stream, HttpRequest.BodyPublisher body, String... headers)
            throws Exception {
        return send(client, URI.create(hub.uri() + PATH + "/" + stream), method, body, headers);
    }

    /// Sends a request to a path of the hub's own.
    HttpResponse<String> sendToHub(String method, String path) throws Exception {
        return send(client, URI.create(hub.uri() + path), method, BodyPublishers.noBody());
    }

    /// Begins to read a stream, which lasts until it is closed.
    CompletableFuture<HttpResponse<String>> follow(String stream) {
        URI uri = URI.create(hub.uri() + PATH + "/" + stream);
        return client.sendAsync(HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.ofString());
    }

    static HttpResponse<String> send(
            HttpClient client, URI uri, String method, HttpRequest.BodyPublisher body, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(PATIENCE).method(method, body);
        if (headers.length > 0) request.headers(headers);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /// Creates a stream of text, and appends to it.
    ///
    /// @return the tail
    String text(String stream, String... appends) throws Exception {
        String tail = next(send("PUT", stream, "Content-Type", "text/plain"));
        for (String each : appends) tail = next(sendBody("POST", stream, each, "Content-Type", "text/plain"));
        return tail;
    }

    /// Reads a stream page by page, from its beginning to its tail.
    String readAll(String stream) throws Exception {
        var body = new StringBuilder();
        for (String offset = "-1"; ; ) {
            HttpResponse<String> page = send("GET", stream + "?offset=" + offset);
            if (page.statusCode() != 200) throw new AssertionError(page.statusCode() + " " + page.body());
            body.append(page.body());
            if (!header(page, "Stream-Up-To-Date").isEmpty()) return body.toString();
            offset = next(page);
        }
    }

    static String next(HttpResponse<?> response) {
        return header(response, "Stream-Next-Offset");
    }

    /// Returns the value of a header; empty if there is none.
    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Override
    public void close() {
        client.close();
        hub.close();
    }
}
