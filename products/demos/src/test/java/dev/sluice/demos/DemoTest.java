package dev.sluice.demos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.TestWebSocket;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class DemoTest {
    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"(?!data:)([^\"]+)\"");

    @Test
    void servesEachDemoOnItsOwnPort() throws Exception {
        for (var demo : Demo.all()) {
            try (var server = demo.server().port(0).start()) {
                assertThat(server.uri().getHost()).isEqualTo("127.0.0.1");
                expectPages(demo, server.uri().toString());
            }
        }
    }

    @Test
    void servesAllDemosBelowPrefixesOfAHub() throws Exception {
        var hub = TestHub.inMemory().port(0);
        for (var demo : Demo.all()) hub.mount("/demos/" + demo.name(), routes -> demo.mount(routes, hub));
        try (hub) {
            hub.start();
            for (var demo : Demo.all()) expectPages(demo, hub.uri() + "/demos/" + demo.name());
            try (var events = new Events(hub.uri().resolve("/demos/live/events"))) {
                assertThat(events.next()).isEqualTo("data: {\"message\":\"连接已建立\"}\n\n");
            }
            try (var http = HttpClient.newHttpClient();
                    var chat = new TestWebSocket(http, hub.uri().resolve("/demos/chat/chat"))) {
                assertThat(chat.next()).isEqualTo("Welcome to the WebSocket server!");
            }
            assertThat(get(URI.create(hub.uri() + "/demos/ticker/x")).body()).isEqualTo("404");
            assertThat(get(URI.create(hub.uri() + "/livez")).statusCode()).isEqualTo(200);
        }
    }

    /// Checks the demo's pages and all files that they load.
    private static void expectPages(Demo demo, String base) throws IOException, InterruptedException {
        for (var path : demo.pages()) {
            var uri = URI.create(base + path);
            var page = get(uri);
            assertThat(page.statusCode()).as("%s", uri).isEqualTo(200);
            assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
            var links = LINK.matcher(page.body())
                    .results()
                    .map(match -> match.group(1))
                    .toList();
            assertThat(links)
                    .hasSizeGreaterThanOrEqualTo(2)
                    .noneMatch(link -> link.contains(":"))
                    .noneMatch(link -> link.startsWith("/"));
            for (var link : links) {
                assertThat(get(resolved(uri, link)).statusCode())
                        .as("%s in %s", link, uri)
                        .isEqualTo(200);
            }
        }
    }

    /// Resolves links as browsers do: nothing is above the root (RFC 3986 §5.2.4). The JDK keeps `..`.
    private static URI resolved(URI page, String link) {
        return URI.create(page.resolve(link).toString().replace("/..", ""));
    }

    private static HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
