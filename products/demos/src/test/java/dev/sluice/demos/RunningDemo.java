package dev.sluice.demos;

import dev.sluice.Sluice;
import dev.sluice.core.Ports;
import dev.sluice.server.Await;
import dev.sluice.server.TestWebSocket;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/// A demo on a free port, with methods that send requests.
record RunningDemo(Sluice server, HttpClient http) implements AutoCloseable {
    /// A short period, for tests of the order and number of events.
    static final Duration SOON = Duration.ofMillis(20);

    /// A period longer than any test, to show what is sent immediately.
    static final Duration NEVER = Duration.ofHours(1);

    static RunningDemo start(Program program) {
        return at(Ports.free(), program);
    }

    static RunningDemo at(int port, Program program) {
        return new RunningDemo(
                TestHub.patient(demo(program).server(program)).port(port).start(), HttpClient.newHttpClient());
    }

    URI uri(String path) {
        return server.uri().resolve(path);
    }

    Events events(String path) throws IOException, InterruptedException {
        return new Events(uri(path));
    }

    TestWebSocket webSocket(String path) {
        return new TestWebSocket(http, uri(path));
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, headers);
    }

    HttpResponse<String> send(String method, String path, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri(path)).method(method, BodyPublishers.noBody());
        if (headers.length > 0) request.headers(headers);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /// Waits until this many handlers run.
    void awaitHandlers(int count) {
        await(() -> server.running() == count);
    }

    /// Waits until no handler runs and no client is connected.
    void awaitNobody() {
        await(() -> server.running() == 0 && server.connections() == 0);
    }

    private void await(BooleanSupplier condition) {
        Await.that(
                condition, () -> "%d handlers run, %d are connected".formatted(server.running(), server.connections()));
    }

    @Override
    public void close() {
        http.shutdownNow();
        server.close();
    }

    private static Demo demo(Program program) {
        return Demo.named(program.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .orElseGet(() -> new Demo("other", "a program of a test", List.of(), () -> program));
    }
}
