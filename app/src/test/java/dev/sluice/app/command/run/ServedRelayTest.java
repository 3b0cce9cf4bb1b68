package dev.sluice.app.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.app.command.Terminal;
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

/// The relay on a hub of the command line.
final class ServedRelayTest {
    @TempDir
    private Path folder;

    @Test
    void keepsWhatTheConfiguredProviderStreams() throws Exception {
        HttpServer provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/v1/chat/completions", exchange -> {
            boolean isAuthorized =
                    "Bearer sk-1".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] answer = ("data: {\"authorized\":" + isAuthorized + "}\n\ndata: [DONE]\n\n")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        provider.start();
        Files.writeString(folder.resolve("openai.key"), "sk-1\n");
        Files.writeString(
                folder.resolve("sluice.toml"),
                "[relay]\npath = \"/relay\"\nopenai_key_file = \"openai.key\"\nopenai_url = \"http://127.0.0.1:"
                        + provider.getAddress().getPort() + "\"\n");
        try (var serve = new Terminal(folder, Map.of()).start("serve", "--port", "0");
                var client = HttpClient.newHttpClient()) {
            var ask = HttpRequest.newBuilder(URI.create(serve.url() + "/relay/openai/v1/chat/completions"))
                    .POST(BodyPublishers.ofString("{\"stream\":true}"));
            var answer = client.send(ask.build(), BodyHandlers.ofString());
            assertThat(answer.body()).contains("data: {\"authorized\":true}", "data: [DONE]");

            String channel = answer.headers().firstValue("Sluice-Channel").orElseThrow();
            var read = HttpRequest.newBuilder(
                    URI.create(serve.url() + "/channels/" + channel + "?after=earliest&as=ndjson"));
            assertThat(client.send(read.build(), BodyHandlers.ofString()).body())
                    .contains("\"status\":\"done\"");
        } finally {
            provider.stop(0);
        }
    }
}
