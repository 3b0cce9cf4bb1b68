package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Plain routes, files, mounted routes, CORS.
final class RoutesTest {
    record Point(int y, int x) {}

    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> send(Sluice app, String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(app.uri() + path)).method(method, BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(Sluice app, String path, String... headers)
            throws IOException, InterruptedException {
        return send(app, "GET", path, "", headers);
    }

    @Test
    void answersWithTheProgramsResponses() throws Exception {
        try (var app = Sluice.inMemory()
                .port(0)
                .get(
                        "/api/hello",
                        request -> Response.text("hi " + request.query("name").orElse("you")))
                .post("/points", request -> {
                    var point = request.json(Point.class);
                    return Response.json(new Point(point.x(), point.y())).status(201);
                })
                .get("/users/*/name", request -> Response.text(request.stars().toString()))
                .get("/users/me/name", request -> Response.text("me"))
                .get("/fails", request -> {
                    throw new IOException("on purpose");
                })
                .start()) {
            assertThat(get(app, "/api/hello?name=%C3%A9").body()).isEqualTo("hi é");
            assertThat(send(app, "HEAD", "/api/hello", "").headers().firstValue("content-length"))
                    .hasValue("6");
            var point = send(app, "POST", "/points", "{\"x\":1,\"y\":2}");
            assertThat(point.statusCode()).isEqualTo(201);
            assertThat(point.body()).isEqualTo("{\"y\":1,\"x\":2}");
            assertThat(send(app, "POST", "/points", "no").statusCode()).isEqualTo(400);
            assertThat(get(app, "/users/7/name").body()).isEqualTo("[7]");
            assertThat(get(app, "/users/me/name").body()).isEqualTo("me");
            assertThat(get(app, "/fails").statusCode()).isEqualTo(500);
            assertThat(send(app, "DELETE", "/points", "").statusCode()).isEqualTo(405);
            assertThat(get(app, "/nothing").statusCode()).isEqualTo(404);
            assertThat(get(app, "/livez").statusCode()).isEqualTo(200);
            assertThat(send(app, "POST", "/channels/news", "x").statusCode()).isEqualTo(201);
        }
    }

    @Test
    void servesNoFilesOutsideTheFolder(@TempDir Path folder) throws Exception {
        var served = Files.createDirectory(folder.resolve("public"));
        Files.writeString(served.resolve("index.html"), "<h1>你好</h1>");
        Files.createDirectory(served.resolve("docs"));
        Files.writeString(served.resolve("docs/index.html"), "docs");
        Files.writeString(served.resolve(".secret"), "secret");
        Files.writeString(folder.resolve("outside.txt"), "secret");
        Files.createSymbolicLink(served.resolve("link.txt"), folder.resolve("outside.txt"));
        try (var app = Sluice.inMemory().port(0).files("/", served).start()) {
            var index = get(app, "/");
            assertThat(index.body()).isEqualTo("<h1>你好</h1>");
            assertThat(index.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
            var etag = index.headers().firstValue("etag").orElseThrow();
            assertThat(get(app, "/index.html", "If-None-Match", etag).statusCode())
                    .isEqualTo(304);
            assertThat(get(app, "/docs").headers().firstValue("location")).hasValue("./docs/");
            assertThat(get(app, "/docs/").body()).isEqualTo("docs");
            for (var path : new String[] {
                "/.secret", "/link.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt", "/docs/%00", "/x", "//index.html"
            }) {
                assertThat(get(app, path).statusCode()).as(path).isEqualTo(404);
            }
        }
    }

    @Test
    void compressesTextForClientsThatAcceptIt(@TempDir Path folder) throws Exception {
        String style = "a { color: red }\n".repeat(200);
        Files.writeString(folder.resolve("style.css"), style);
        Files.writeString(folder.resolve("picture.png"), style);
        try (var app = Sluice.inMemory().port(0).files("/", folder).start()) {
            var plain = get(app, "/style.css");
            var zipped = get(app, "/style.css", "Accept-Encoding", "gzip");
            assertThat(plain.body()).isEqualTo(style);
            assertThat(zipped.headers().firstValue("content-encoding")).hasValue("gzip");
            assertThat(zipped.headers().firstValueAsLong("content-length").orElseThrow())
                    .isLessThan(200);
            var etag = zipped.headers().firstValue("etag").orElseThrow();
            assertThat(plain.headers().firstValue("etag").orElseThrow()).isNotEqualTo(etag);
            assertThat(get(app, "/style.css", "Accept-Encoding", "gzip", "If-None-Match", etag)
                            .statusCode())
                    .isEqualTo(304);
            assertThat(get(app, "/picture.png", "Accept-Encoding", "gzip").body())
                    .isEqualTo(style);
        }
    }

    @Test
    void describesAFileWithoutItsBytes(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("some"), "some bytes");
        Files.writeString(folder.resolve("empty"), "");
        try (var app = Sluice.inMemory().port(0).files("/", folder).start()) {
            try (var client = new RawClient(app.port())) {
                client.send("HEAD /some HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
                assertThat(client.rest())
                        .containsIgnoringCase("\r\ncontent-length: 10\r\n")
                        .endsWith("\r\n\r\n");
            }
            assertThat(get(app, "/some").body()).isEqualTo("some bytes");
            assertThat(get(app, "/empty").body()).isEmpty();
        }
    }

    @Test
    void limitsTheMemoryOfFilesThatClientsDoNotRead(@TempDir Path folder) throws Exception {
        Files.write(folder.resolve("large"), new byte[12 << 20]);
        Files.writeString(folder.resolve("small"), "small");
        try (var app = Sluice.inMemory().port(0).files("/", folder).start()) {
            var stalled = new ArrayList<RawClient>();
            try {
                String answer = "200";
                while (answer.equals("200")) { // The limit is 64 MiB: five of these files, plus the kernel's buffers.
                    assertThat(stalled).hasSizeLessThan(20);
                    var client = new RawClient(app.port());
                    stalled.add(client);
                    answer = client.get("/large")
                            .until("\r\n\r\n")
                            .substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
                }
                assertThat(answer).isEqualTo("503");
                assertThat(get(app, "/small").body()).isEqualTo("small");
            } finally {
                stalled.forEach(RawClient::close);
            }
            Await.that(() -> app.connections() <= 1);
            assertThat(get(app, "/large").body()).hasSize(12 << 20);
        }
    }

    @Test
    void servesMountedRoutesBelowTheirPrefix() throws Exception {
        try (var app = Sluice.inMemory()
                .port(0)
                .mount(
                        "/demos/hello",
                        demo -> demo.get("/", request -> Response.text("page"))
                                .get("/api", request -> Response.text("api"))
                                .notFound(request -> Response.text("404").status(404)))
                .start()) {
            assertThat(get(app, "/demos/hello").headers().firstValue("location"))
                    .hasValue("./hello/");
            assertThat(get(app, "/demos/hello/").body()).isEqualTo("page");
            assertThat(get(app, "/demos/hello/api").body()).isEqualTo("api");
            assertThat(get(app, "/demos/hello/x").body()).isEqualTo("404");
            assertThat(get(app, "/demos/x").body()).contains("/problems/not-found");
        }
    }

    @Test
    void answersOptionsForTheWholeServer() throws Exception {
        try (var app = Sluice.inMemory().port(0).start();
                var client = new RawClient(app.uri().getPort())) {
            client.send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.until("\r\n\r\n")).startsWith("HTTP/1.1 204 ");
        }
    }

    @Test
    void answersPreflightsAndRefusesOtherOrigins() throws Exception {
        try (var app = Sluice.inMemory()
                        .port(0)
                        .origins("*")
                        .corsMaxAge(Duration.ofSeconds(5))
                        .get("/api", request -> Response.text("hi"))
                        .start();
                var closed = Sluice.inMemory()
                        .port(0)
                        .get("/api", request -> Response.text("hi"))
                        .start()) {
            var preflight = send(
                    app,
                    "OPTIONS",
                    "/api",
                    "",
                    "Origin",
                    "https://a.example",
                    "Access-Control-Request-Method",
                    "PUT",
                    "Access-Control-Request-Headers",
                    "x-datadog-trace-id");
            assertThat(preflight
                            .headers()
                            .firstValue("access-control-allow-methods")
                            .orElseThrow())
                    .contains("GET", "POST", "PUT", "DELETE", "OPTIONS");
            assertThat(preflight.headers().firstValue("access-control-max-age")).hasValue("5");
            assertThat(preflight
                            .headers()
                            .firstValue("access-control-allow-headers")
                            .orElseThrow())
                    .contains("Content-Type", "x-datadog-trace-id");
            assertThat(get(app, "/api").headers().firstValue("access-control-allow-origin"))
                    .hasValue("*");
            assertThat(get(closed, "/api", "Origin", "https://a.example").statusCode())
                    .isEqualTo(403);
        }
    }
}
