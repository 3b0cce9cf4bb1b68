package dev.sluice.demos;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A proxy that buffers complete responses, like those of some company networks, so that a stream never
/// arrives. It refuses upgrades.
final class BufferingProxy implements AutoCloseable {
    private static final List<String> FORWARDED_HEADERS = List.of("Accept", "Content-Type", "Last-Event-ID");

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Semaphore buffered = new Semaphore(0);
    private final HttpServer server;
    private final URI hub;

    BufferingProxy(URI hub) throws IOException {
        this.hub = hub;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::forward);
        server.start();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private void forward(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (exchange.getRequestHeaders().containsKey("Upgrade")) {
                exchange.sendResponseHeaders(400, -1);
                return;
            }
            var request = HttpRequest.newBuilder(
                            hub.resolve(exchange.getRequestURI().toString()))
                    .method(
                            exchange.getRequestMethod(),
                            BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
            for (String name : FORWARDED_HEADERS) {
                String value = exchange.getRequestHeaders().getFirst(name);
                if (value != null) request.header(name, value);
            }
            var answer = http.send(request.build(), BodyHandlers.ofInputStream());
            byte[] body = all(answer.body());
            answer.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /// Buffers a whole response and counts the events in it. For a stream it never returns.
    private byte[] all(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        int last = 0;
        for (int each = in.read(); each >= 0; each = in.read()) {
            body.write(each);
            if (each == '\n' && last == '\n') buffered.release();
            last = each;
        }
        return body.toByteArray();
    }

    /// Waits until this many more events have been buffered.
    void awaitBuffered(int events) throws InterruptedException {
        assertThat(buffered.tryAcquire(events, TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("%d events are buffered", events)
                .isTrue();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        http.shutdownNow();
    }
}
