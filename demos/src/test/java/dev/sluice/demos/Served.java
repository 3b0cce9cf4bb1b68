package dev.sluice.demos;

import dev.sluice.Sluice;
import dev.sluice.server.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// A demo on a free port, and what may be asked of it.
record Served(Sluice server, HttpClient http) implements AutoCloseable {
    /// Where waiting would tell nothing: it is the order and the number of events that count.
    static final Duration SOON = Duration.ofMillis(20);

    /// Longer than any test: what comes all the same comes at once.
    static final Duration NEVER = Duration.ofHours(1);

    static Served start(Program program) {
        return at(0, program);
    }

    static Served at(int port, Program program) {
        return new Served(Demo.server(program).port(port).start(), HttpClient.newHttpClient());
    }

    URI uri(String path) {
        return server.uri().resolve(path);
    }

    Events events(String path) throws IOException, InterruptedException {
        return new Events(uri(path));
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, headers);
    }

    HttpResponse<String> send(String method, String path, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri(path)).method(method, BodyPublishers.noBody());
        if (headers.length > 0) request.headers(headers);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /// Waits until code of the demo runs for so many clients and no more.
    void awaitHandlers(int count) {
        await(() -> server.running() == count);
    }

    /// Waits until no code of the demo runs for anybody and nobody is connected.
    void awaitNobody() {
        await(() -> server.running() == 0 && server.connections() == 0);
    }

    private void await(BooleanSupplier holds) {
        Await.that(holds, () -> "%d handlers run, %d are connected".formatted(server.running(), server.connections()));
    }

    @Override
    public void close() {
        http.shutdownNow();
        server.close();
    }
}
