package dev.sluice.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.core.ChildHub;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A hub that is killed (SIGKILL) while a provider answers.
final class RelayKillTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    /// The hub, in a process of its own: its folder, its port, and the provider's address.
    public static final class Program {
        public static void main(String[] args) throws InterruptedException {
            Sluice hub =
                    Sluice.in(Path.of(args[0])).port(Integer.parseInt(args[1])).set("storage.sync", "always");
            var provider = new Provider("openai", Provider.Style.OPENAI, URI.create(args[2]), StubProvider.KEY);
            Relay.on(hub, "/relay", List.of(provider), 10);
            hub.start();
            System.out.println(hub.uri());
            hub.await();
        }
    }

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void failsOnceAnAnswerWhoseHubIsKilledAndKeepsItsText(@TempDir Path folder) throws Exception {
        try (var provider = new StubProvider(call -> {
            call.stream();
            call.write("data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
                    + "{\"content\":\"Hel\"},\"finish_reason\":null}]}\n\n");
            call.await();
        })) {
            URI hub;
            String path;
            String cursor;
            try (var first = ChildHub.start(Program.class, folder, 0, provider.uri())) {
                hub = first.uri();
                HttpResponse<InputStream> answer = client.send(ask(hub), BodyHandlers.ofInputStream());
                path = "/channels/"
                        + answer.headers().firstValue("Sluice-Channel").orElseThrow();
                Scanner text = new Scanner(answer.body(), StandardCharsets.UTF_8);
                assertThat(text.findWithinHorizon("Hel", 0)).isNotNull();
                cursor = page(hub, path, "earliest").path("cursor").asString();
                first.kill();
                assertThatThrownBy(() -> answer.body().readAllBytes()).isInstanceOf(IOException.class);
            }
            try (var second = ChildHub.start(Program.class, folder, hub.getPort(), provider.uri())) {
                assertThat(second.uri()).isEqualTo(hub);
                List<JsonNode> rest = readToEnd(hub, path, cursor);
                assertThat(types(rest)).containsExactly("end");
                JsonNode end = rest.getFirst().path("data");
                assertThat(end.path("status").asString()).isEqualTo("failed");
                assertThat(end.path("reason").asString()).isEqualTo("lost");
                assertThat(types(readToEnd(hub, path, "earliest")))
                        .containsExactly("start", "chat.completion.chunk", "end");

                String again = client.send(ask(hub), BodyHandlers.ofString()).body();
                assertThat(again).contains("Hel").containsOnlyOnce("\"error\"").doesNotContain("[DONE]");
                assertThat(provider.requests).hasSize(1);
            } finally {
                provider.next().goOn();
            }
        }
    }

    private static HttpRequest ask(URI hub) {
        return HttpRequest.newBuilder(hub.resolve("/relay/openai/v1/chat/completions"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "question")
                .POST(BodyPublishers.ofString("{\"model\":\"m-1\",\"stream\":true,\"messages\":[]}"))
                .build();
    }

    private JsonNode page(URI hub, String path, String after) throws Exception {
        URI uri = hub.resolve(path + "?as=json&wait=30&after=" + after);
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
        return JSON.readTree(client.send(request, BodyHandlers.ofString()).body());
    }

    private List<JsonNode> readToEnd(URI hub, String path, String after) throws Exception {
        List<JsonNode> all = new ArrayList<>();
        JsonNode page = page(hub, path, after);
        while (true) {
            page.path("events").forEach(all::add);
            if (page.has("closed")) return all;
            assertThat(page.path("events").isEmpty())
                    .as("nothing came within 30 s after %s", all)
                    .isFalse();
            page = page(hub, path, page.path("cursor").asString());
        }
    }

    private static List<String> types(List<JsonNode> events) {
        return events.stream().map(each -> each.path("type").asString()).toList();
    }
}
