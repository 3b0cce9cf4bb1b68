package dev.sluice.app.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.app.command.Running;
import dev.sluice.app.command.Terminal;
import dev.sluice.server.Browser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The EventSource of Chromium, with the cookie of Mercure, on pages of other origins than the hub's.
final class MercureInBrowserTest {
    private static final String READ = """
            const [url, token, done] = arguments;
            document.cookie = 'mercureAuthorization=' + token + '; SameSite=Strict; path=/.well-known/mercure';
            const list = document.body;
            const source = new EventSource(url, { withCredentials: true });
            source.onmessage = ({ data }) => (list.textContent += data);
            source.onopen = () => done('open');
            source.onerror = () => done('refused');
            """;

    @TempDir
    private Path folder;

    @Test
    void readsPrivateUpdatesOnListedOriginsOnly() throws Exception {
        HttpServer listed = pages();
        HttpServer other = pages();
        Files.writeString(folder.resolve("mercure.key"), MercureTokens.SECRET);
        Files.writeString(folder.resolve("sluice.toml"), """
                origins = ["%s"]
                [mercure]
                path = "/.well-known/mercure"
                publisher_key_file = "mercure.key"
                """.formatted(origin(listed)));
        try (var hub = new Terminal(folder, Map.of()).start("serve", "--port", "0");
                var browser = Browser.english()) {
            String url = "http://localhost:" + URI.create(hub.url()).getPort() + "/.well-known/mercure?topic=a";
            String token = MercureTokens.of("'subscribe':['a']");

            browser.open(origin(other));
            assertThat(browser.runAsync(READ, url, token)).isEqualTo("refused");

            browser.open(origin(listed));
            assertThat(browser.runAsync(READ, url, token)).isEqualTo("open");
            publish(hub, "topic=a&data=1&private=on");
            publish(hub, "topic=b&data=2");
            publish(hub, "topic=a&data=3");
            browser.awaitText("body", "13");
        } finally {
            listed.stop(0);
            other.stop(0);
        }
    }

    private static HttpServer pages() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] page = "<!doctype html><title>page</title><body>".getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String origin(HttpServer server) {
        return "http://localhost:" + server.getAddress().getPort();
    }

    private static void publish(Running hub, String form) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(hub.url() + "/.well-known/mercure"))
                .header("Authorization", "Bearer " + MercureTokens.of("'publish':['*']"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            assertThat(client.send(request, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }
}
