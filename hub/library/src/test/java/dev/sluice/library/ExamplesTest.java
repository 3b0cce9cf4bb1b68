package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.server.RawClient;
import dev.sluice.server.tls.TestCertificates;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each example in the documentation does what its description says.
final class ExamplesTest {
    private final HttpClient http = HttpClient.newHttpClient();

    private static Sluice app(Consumer<Sluice> example) {
        var app = Sluice.inMemory().port(0);
        example.accept(app);
        return app.start();
    }

    private HttpResponse<String> get(Sluice app, String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(app.uri() + path));
        if (headers.length > 0) request.headers(headers);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(Sluice app, String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(app.uri() + path)).POST(BodyPublishers.ofString("x"));
        if (headers.length > 0) request.headers(headers);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void answersRequests() throws Exception {
        try (var app = app(Examples::http)) {
            assertThat(get(app, "/hello?name=Ann").body()).isEqualTo("Hello, Ann");
            assertThat(get(app, "/users/7/name").body()).isEqualTo("The name of 7");
            assertThat(get(app, "/x").body()).isEqualTo("There is no /x");
            var point = http.send(
                    HttpRequest.newBuilder(URI.create(app.uri() + "/points"))
                            .POST(BodyPublishers.ofString("{\"x\":1,\"y\":2}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(point.statusCode()).isEqualTo(201);
            assertThat(point.body()).isEqualTo("{\"x\":2,\"y\":1}");
        }
    }

    @Test
    void servesFiles(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("index.html"), "home");
        try (var app = app(it -> Examples.files(it, folder))) {
            assertThat(get(app, "/").body()).isEqualTo("home");
        }
    }

    @Test
    void streamsEvents() {
        try (var app = app(it -> {
                    Examples.sse(it);
                    Examples.events(it);
                    Examples.timer(it);
                });
                var clock = new RawClient(app.port());
                var prices = new RawClient(app.port());
                var watching = new RawClient(app.port())) {
            assertThat(clock.get("/clock").until("\n\n")).contains("data: ");
            assertThat(prices.get("/prices").rest())
                    .contains("retry: 1000\n\n", "event: price\ndata: {\"stock\":\"ACME\",\"price\":12.5}\n\n")
                    .contains("event: state\nid: 42\ndata: closed\n\n");
            watching.get("/watching").until("data: 1 are watching\n\n");
        }
    }

    @Test
    void acceptsWebSockets() throws Exception {
        try (var app = app(it -> {
                    Examples.ws(it);
                    Examples.chat(it);
                });
                var echo = new SocketsTest.Client(app, "/echo");
                var one = new SocketsTest.Client(app, "/chat");
                var other = new SocketsTest.Client(app, "/chat")) {
            assertThat(echo.next()).isEqualTo("Welcome");
            echo.socket.sendText("hi", true).join();
            assertThat(echo.next()).isEqualTo("You said: hi");
            one.socket.sendText("to myself", true).join();
            assertThat(one.next()).isEqualTo("to myself");
            other.socket.sendText("to all", true).join();
            for (var text = other.next(); !text.equals("to all"); text = other.next()) {
                assertThat(text).isEqualTo("to myself");
            }
        }
    }

    @Test
    void publishesAndSubscribes() throws Exception {
        var received = new LinkedBlockingQueue<String>();
        try (var app = app(it -> {})) {
            Examples.publish(app);
            Examples.conditions(app);
            assertThat(app.channel("board").latest()).isPresent();
            Examples.subscribe(app, received);
            assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("news: hello");
            assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("news: important");
            assertThat(get(app, "/channels/board?last=10&as=json").body()).containsOnlyOnce("paid");
        }
    }

    @Test
    void decidesWhatClientsMayDo() throws Exception {
        try (var app = app(Examples::readonly)) {
            app.channel("news").publish("for all to read");
            assertThat(get(app, "/channels/news?last=1&as=json").body()).contains("for all to read");
            assertThat(post(app, "/channels/news").statusCode()).isEqualTo(403);
        }
        try (var app = app(it ->
                Examples.named(it, token -> token.equals("Bearer a") ? Optional.of("alice") : Optional.empty()))) {
            assertThat(post(app, "/channels/chat/7").statusCode()).isEqualTo(403);
            assertThat(post(app, "/channels/chat/7", "Authorization", "Bearer a")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(get(app, "/channels/chat/7?as=json").statusCode()).isEqualTo(403);
            assertThat(get(app, "/channels/news/a?as=json").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void knowsClientsByTheirKeys() throws Exception {
        try (var app = app(Examples::keys)) {
            assertThat(get(app, "/channels/news/a?as=json").statusCode()).isEqualTo(200);
            assertThat(get(app, "/channels/rooms/alice/1?as=json").statusCode()).isEqualTo(401);
            assertThat(post(app, "/channels/news/a").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void servesHttpsOnAnAddressOfItsOwn(@TempDir Path folder) {
        var certificates = new TestCertificates();
        TestCertificates.write(folder, certificates.forLocalhost());
        try (var app = Sluice.inMemory()) {
            Examples.listen(app, 0, folder.resolve("certificate.pem"), folder.resolve("key.pem"));
            assertThat(app.start().uri().getScheme()).isEqualTo("https");
        }
    }

    @Test
    void mountsRoutesAndChecksOrigins() throws Exception {
        try (var app = app(it -> {
            Examples.mount(it);
            Examples.doors(it);
        })) {
            assertThat(get(app, "/demos/clock/").body()).contains("href=now");
            assertThat(get(app, "/demos/clock/now", "Origin", "https://shop.example")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(get(app, "/demos/clock/now", "Origin", "https://other.example")
                            .statusCode())
                    .isEqualTo(403);
        }
    }
}
