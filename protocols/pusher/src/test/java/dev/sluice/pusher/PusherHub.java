package dev.sluice.pusher;

import dev.sluice.Sluice;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A hub with an app, and signed requests to its API.
final class PusherHub implements AutoCloseable {
    static final PusherApp SHOP = PusherApp.of("shop", "key-1", "secret-1").withClientEvents();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final Sluice hub;
    final HttpClient http = HttpClient.newHttpClient();
    private final String path;

    private PusherHub(Sluice hub, String path) {
        this.hub = hub;
        this.path = path;
    }

    static PusherHub inMemory() {
        return of(SHOP, "");
    }

    static PusherHub of(PusherApp app, String path) {
        return of(app, path, PusherSettings.standard(), hub -> hub.port(0));
    }

    /// @param more further settings of the hub
    static PusherHub of(PusherApp app, String path, PusherSettings settings, Consumer<Sluice> more) {
        Sluice hub = Sluice.inMemory().set("subscribe.presence_linger", "100ms");
        more.accept(hub);
        return on(hub, app, path, settings);
    }

    static PusherHub on(Sluice hub, PusherApp app, String path, PusherSettings settings) {
        hub.withoutShutdownHook();
        Pusher pusher = Pusher.on(hub, path, List.of(app), settings);
        hub.start();
        pusher.start();
        return new PusherHub(hub, path);
    }

    /// Connects a client, which has received its greeting.
    PusherClient connect() {
        return connect("?protocol=7");
    }

    PusherClient connect(String query) {
        PusherClient client = open("key-1" + query);
        client.greeted();
        return client;
    }

    /// Opens a socket.
    ///
    /// @param key with the query
    PusherClient open(String key) {
        return new PusherClient(http, URI.create(hub.uri().toString().replace("http", "ws") + path + "/app/" + key));
    }

    HttpResponse<String> post(String operation, String body) throws Exception {
        return send("POST", operation, body, Map.of(), path + "/apps/shop/" + operation, Instant.now());
    }

    HttpResponse<String> get(String operation, Map<String, String> query) throws Exception {
        return send("GET", operation, "", query, path + "/apps/shop/" + operation, Instant.now());
    }

    /// @param signedPath the path that the signature covers
    HttpResponse<String> send(
            String method, String operation, String body, Map<String, String> query, String signedPath, Instant time)
            throws Exception {
        return raw(method, operation, body, signed(method, body, query, signedPath, time));
    }

    /// Signs a query as the public documentation describes it.
    static String signed(String method, String body, Map<String, String> query, String path, Instant time) {
        TreeMap<String, String> all = new TreeMap<>(query);
        all.put("auth_key", "key-1");
        all.put("auth_version", "1.0");
        all.put("auth_timestamp", "" + time.getEpochSecond());
        if (!body.isEmpty()) all.put("body_md5", Signature.md5(body.getBytes(StandardCharsets.UTF_8)));
        StringBuilder text = new StringBuilder();
        all.forEach((name, value) -> text.append(text.isEmpty() ? "" : "&").append(name + "=" + value));
        return text + "&auth_signature=" + Signature.of("secret-1", method + "\n" + path + "\n" + text);
    }

    HttpResponse<String> raw(String method, String operation, String body, String query) throws Exception {
        URI uri = URI.create(hub.uri() + path + "/apps/shop/" + operation + "?" + query);
        return http.send(
                HttpRequest.newBuilder(uri)
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /// Triggers an event, which must be accepted.
    void trigger(String channel, String name, String data, String... socket) throws Exception {
        Map<String, Object> event =
                new TreeMap<>(Map.of("name", name, "channels", new String[] {channel}, "data", data));
        if (socket.length > 0) event.put("socket_id", socket[0]);
        HttpResponse<String> answer = post("events", Frames.json(event));
        if (answer.statusCode() != 200) throw new AssertionError(answer.statusCode() + ": " + answer.body());
    }

    @Override
    public void close() {
        http.shutdownNow(); // Else its end waits for open sockets.
        hub.close();
    }
}
