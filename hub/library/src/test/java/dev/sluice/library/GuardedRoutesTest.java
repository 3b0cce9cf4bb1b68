package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Access;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.server.auth.identity.StaticKeys;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Routes for administrators and readers of the hub, and channels that only the program writes.
final class GuardedRoutesTest {
    private static final String ADMIN = StaticKeys.generate("admin", new SecureRandom());
    private static final String READER = StaticKeys.generate("reader", new SecureRandom());
    private static final String OTHER = StaticKeys.generate("other", new SecureRandom());

    private final HttpClient client = HttpClient.newHttpClient();

    private static Sluice app() {
        return Sluice.inMemory()
                .port(0)
                .withoutShutdownHook()
                .own("ops/*")
                .mount(
                        "/api",
                        api -> api.forAdmins(routes -> routes.post("/orders", _ -> Response.text("changed")))
                                .forReaders("orders/**", routes -> routes.get("/orders", _ -> Response.text("all")))
                                .get("/open", _ -> Response.text("open")));
    }

    @Test
    void asksTheHubsKeysForTheRoutesOfAdministratorsAndReaders() throws Exception {
        try (var app = app().key("admin", Map.of("hash", StaticKeys.hash(ADMIN), "admin", true))
                .key("reader", Map.of("hash", StaticKeys.hash(READER), "subscribe", List.of("orders/**")))
                .key("other", Map.of("hash", StaticKeys.hash(OTHER), "subscribe", List.of("orders/1")))
                .start()) {
            assertThat(status(app, "GET", "/api/open", "")).isEqualTo(200);
            assertThat(status(app, "GET", "/api/orders", "")).isEqualTo(401);
            assertThat(status(app, "GET", "/api/orders", READER)).isEqualTo(200);
            assertThat(status(app, "GET", "/api/orders", OTHER)).isEqualTo(403);
            assertThat(status(app, "POST", "/api/orders", "")).isEqualTo(401);
            assertThat(status(app, "POST", "/api/orders", READER)).isEqualTo(403);
            assertThat(status(app, "POST", "/api/orders", ADMIN)).isEqualTo(200);
        }
    }

    @Test
    void asksTheHubsKeysForWhatARouteRequires() throws Exception {
        try (var app = app().forCallers(routes -> routes.get("/read/*", request -> {
                    String channel = "orders/" + request.stars().getFirst();
                    request.require(Access.Action.SUBSCRIBE, channel);
                    return Response.text(request.caller().orElse("nobody") + " at " + request.url());
                }))
                .key("other", Map.of("hash", StaticKeys.hash(OTHER), "subscribe", List.of("orders/1")))
                .start()) {
            assertThat(status(app, "GET", "/read/1", "")).isEqualTo(401);
            assertThat(status(app, "GET", "/read/1", OTHER)).isEqualTo(200);
            assertThat(status(app, "GET", "/read/2", OTHER)).isEqualTo(403);
        }
    }

    @Test
    void answersARequestWithAStreamOnceItsRouteHasDecided() throws Exception {
        try (var app = Sluice.inMemory()
                .port(0)
                .withoutShutdownHook()
                .get(
                        "/events",
                        request -> request.query("live").isPresent()
                                ? Response.events(stream -> stream.raw("event: a\ndata:1\n\ndata:2\n\n"))
                                        .header("X-Format", "raw")
                                : Response.text("once").header("Access-Control-Expose-Headers", "X-Format"))
                .start()) {
            var live = get(app, "/events?live=1");
            assertThat(live.body()).isEqualTo("event: a\ndata:1\n\ndata:2\n\n");
            assertThat(live.headers().firstValue("Content-Type")).contains("text/event-stream");
            assertThat(live.headers().firstValue("X-Format")).contains("raw");
            assertThat(get(app, "/events").body()).isEqualTo("once");
        }
    }

    private HttpResponse<String> get(Sluice app, String path) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(app.uri() + path)).build(), BodyHandlers.ofString());
    }

    @Test
    void letsOnlyTheProgramWriteItsOwnChannelsAlsoWithoutKeys() throws Exception {
        try (var app = app().start()) {
            assertThat(status(app, "POST", "/api/orders", "")).isEqualTo(200);
            assertThat(status(app, "POST", "/channels/ops/state", "")).isEqualTo(403);
            assertThat(status(app, "DELETE", "/channels/ops/state", "")).isEqualTo(403);
            assertThat(status(app, "POST", "/channels/news", "")).isEqualTo(201);
            assertThat(app.channel("ops/state").publish("by the program").isStored())
                    .isTrue();
        }
    }

    @Test
    void refusesFilesAndScopesInsideAGuardWhichWouldNotBeGuarded() {
        try (var app = Sluice.inMemory()) {
            assertThatThrownBy(() -> app.forAdmins(routes -> routes.mount("/a", _ -> {})))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> app.forAdmins(routes -> routes.resources("/a", GuardedRoutesTest.class, "a")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private int status(Sluice app, String method, String path, String key) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(app.uri() + path)).method(method, BodyPublishers.ofString("x"));
        if (!key.isEmpty()) request.header("Authorization", "Bearer " + key);
        return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
}
