package dev.sluice.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// A backend that gets webhooks of the app `shop`.
final class WebhookReceiver implements AutoCloseable {
    private static final int SECONDS = 60;

    private record Hook(String key, String signature, byte[] body) {}

    private final LinkedBlockingQueue<Hook> accepted = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Hook> refused = new LinkedBlockingQueue<>();
    private final HttpServer server;

    volatile boolean refuses;

    WebhookReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            Hook hook = new Hook(
                    exchange.getRequestHeaders().getFirst("X-Pusher-Key"),
                    exchange.getRequestHeaders().getFirst("X-Pusher-Signature"),
                    exchange.getRequestBody().readAllBytes());
            boolean isRefused = refuses;
            (isRefused ? refused : accepted).add(hook);
            exchange.sendResponseHeaders(isRefused ? 503 : 200, 0); // Without a length.
            exchange.close();
        });
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
    }

    /// Takes the events of the next request that is accepted, which must be signed.
    List<JsonNode> next() throws InterruptedException {
        return next(accepted);
    }

    List<JsonNode> nextRefused() throws InterruptedException {
        return next(refused);
    }

    private static List<JsonNode> next(LinkedBlockingQueue<Hook> hooks) throws InterruptedException {
        Hook hook = hooks.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(hook).as("a webhook").isNotNull();
        assertThat(hook.key()).isEqualTo("key-1");
        assertThat(hook.signature()).isEqualTo(Signature.of("secret-1", hook.body()));
        JsonNode envelope = Frames.JSON.readTree(hook.body());
        assertThat(envelope.get("time_ms").isNumber()).isTrue();
        assertThat(envelope.get("events").isArray()).isTrue();
        List<JsonNode> events = new ArrayList<>();
        envelope.get("events").forEach(events::add);
        assertThat(events).isNotEmpty();
        return events;
    }

    /// Takes events until there are so many.
    List<JsonNode> take(int count) throws InterruptedException {
        List<JsonNode> all = new ArrayList<>();
        while (all.size() < count) all.addAll(next());
        return all;
    }

    static List<String> names(List<JsonNode> events) {
        return events.stream().map(each -> each.get("name").stringValue()).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
