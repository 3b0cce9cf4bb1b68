package dev.sluice.spring.sse;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a stream as a browser does, without reconnecting by itself.
final class SseReader implements AutoCloseable {
    /// @param type null if the event has none
    record Received(@Nullable String type, String data) {}

    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;
    private String lastEventId;

    private SseReader(URI uri, String lastEventId) throws IOException, InterruptedException {
        this.lastEventId = lastEventId;
        var request = HttpRequest.newBuilder(uri).header("Accept", "text/event-stream");
        if (!lastEventId.isEmpty()) request.header("Last-Event-ID", lastEventId);
        response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    static SseReader open(URI uri) throws IOException, InterruptedException {
        return new SseReader(uri, "");
    }

    static SseReader open(URI uri, String lastEventId) throws IOException, InterruptedException {
        return new SseReader(uri, lastEventId);
    }

    /// Reads on elsewhere, from where this one has stopped.
    SseReader movedTo(URI uri) throws IOException, InterruptedException {
        return new SseReader(uri, lastEventId);
    }

    int status() {
        return response.statusCode();
    }

    String lastEventId() {
        return lastEventId;
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /// Reads blocks until the stream says where it begins.
    SseReader awaitPosition() throws IOException {
        while (lastEventId.isEmpty()) {
            if (block() instanceof Received early) throw new AssertionError("before its place: " + early);
        }
        return this;
    }

    /// Reads the next event.
    Received next() throws IOException {
        while (true) {
            var received = block();
            if (received != null) return received;
        }
    }

    /// Reads to the end of the stream, and returns what there was.
    List<Received> rest() throws IOException {
        var all = new ArrayList<Received>();
        try {
            while (true) all.add(next());
        } catch (EOFException end) {
            return all;
        }
    }

    /// As [#rest], for another thread.
    List<Received> restUnchecked() {
        try {
            return rest();
        } catch (IOException reason) {
            throw new UncheckedIOException(reason);
        }
    }

    /// Reads a block; null if it has no data.
    private @Nullable Received block() throws IOException {
        String type = null;
        var data = new ArrayList<String>();
        while (true) {
            var line = lines.readLine();
            if (line == null) throw new EOFException("the stream ended");
            if (line.isEmpty()) return data.isEmpty() ? null : new Received(type, String.join("\n", data));
            int colon = line.indexOf(':');
            var field = colon < 0 ? line : line.substring(0, colon);
            var value = colon < 0 ? "" : line.substring(colon + 1);
            if (value.startsWith(" ")) value = value.substring(1);
            switch (field) {
                case "id" -> lastEventId = value;
                case "event" -> type = value;
                case "data" -> data.add(value);
                default -> {}
            }
        }
    }

    @Override
    public void close() throws IOException {
        response.body().close();
        http.shutdownNow();
    }
}
