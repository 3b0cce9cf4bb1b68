package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.server.RawClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each example of the documentation does what is said of it.
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

    @Test
    void http() throws Exception {
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
    void files(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("index.html"), "home");
        try (var app = app(it -> Examples.files(it, folder))) {
            assertThat(get(app, "/").body()).isEqualTo("home");
        }
    }

    @Test
    void streams() {
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
    void sockets() throws Exception {
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
            for (var heard = other.next(); !heard.equals("to all"); heard = other.next()) {
                assertThat(heard).isEqualTo("to myself");
            }
        }
    }

    @Test
    void channels() throws Exception {
        var heard = new LinkedBlockingQueue<String>();
        try (var app = app(it -> {})) {
            Examples.publish(app);
            Examples.conditions(app);
            assertThat(app.channel("board").latest()).isPresent();
            Examples.subscribe(app, heard);
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("news: hello");
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("news: important");
            assertThat(get(app, "/channels/board?last=10&as=json").body()).containsOnlyOnce("paid");
        }
    }

    @Test
    void prefixesAndDoors() throws Exception {
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
