package dev.sluice.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import dev.sluice.Event;
import dev.sluice.EventPage;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Sluice;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A hub with the relay and a provider, and what tests ask of it.
final class RelayHub {
    static final String CHAT = "/relay/openai/v1/chat/completions";
    static final String ASKED = "{\"model\":\"m-1\",\"stream\":true,\"messages\":[{\"role\":\"user\","
            + "\"content\":\"a private prompt\"}]}";
    static final int MEMORY_BYTES = 64 << 20;
    static final Duration PATIENCE = Duration.ofSeconds(60);

    static final MessageCreateParams MESSAGE = MessageCreateParams.builder()
            .model("m-2")
            .maxTokens(10)
            .addUserMessage("a private prompt")
            .build();

    static final HttpClient CLIENT = HttpClient.newHttpClient();

    private RelayHub() {}

    static Sluice started(Sluice hub, StubProvider provider) {
        return started(hub, provider, new ModelCalls(100, () -> MEMORY_BYTES, Relay.SILENT_MAX));
    }

    static Sluice started(Sluice hub, StubProvider provider, ModelCalls calls) {
        Relay.on(
                hub.port(0).withoutShutdownHook().set("stop_time", "100ms"),
                "/relay",
                List.of(
                        new Provider("openai", Provider.Style.OPENAI, provider.uri(), StubProvider.KEY),
                        new Provider("anthropic", Provider.Style.ANTHROPIC, provider.uri(), StubProvider.KEY)),
                calls);
        return hub.start();
    }

    static OpenAIClient openAi(Sluice hub) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(hub.uri() + "/relay/openai/v1")
                .apiKey("key-of-the-hub")
                .maxRetries(0)
                .build();
    }

    static AnthropicClient anthropic(Sluice hub) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(hub.uri() + "/relay/anthropic")
                .authToken("key-of-the-hub")
                .maxRetries(0)
                .build();
    }

    static String chunk(String content, String finish) {
        return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m-1\",\"choices\":"
                + "[{\"index\":0,\"delta\":{\"content\":\"" + content + "\"},\"finish_reason\":" + finish + "}]}\n\n";
    }

    static final String USAGE = "data:"
            + " {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m-1\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}\n\n";
    static final String DONE = "data: [DONE]\n\n";

    static void hello(StubProvider.Call call) throws IOException {
        call.stream();
        call.write(chunk("Hel", "null"));
        call.write(chunk("lo", "\"stop\"") + USAGE + DONE);
    }

    static HttpRequest post(Sluice hub, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(hub.uri() + path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return request.build();
    }

    static HttpResponse<String> ask(Sluice hub, String... headers) throws Exception {
        return CLIENT.send(post(hub, CHAT, ASKED, headers), BodyHandlers.ofString());
    }

    static String channel(HttpResponse<?> response) {
        return response.headers().firstValue("Sluice-Channel").orElseThrow();
    }

    /// Waits for the end of an answer.
    static List<Event> events(Sluice hub, String channel) throws InterruptedException {
        List<Event> all = new ArrayList<>();
        EventPage page = hub.channels(channel).earliest().read(1_000, PATIENCE);
        while (true) {
            all.addAll(page.events());
            if (page.hasEnded()) return all;
            assertThat(page.events()).as("events before %s", page.cursor()).isNotEmpty();
            page = hub.channels(channel).after(page.cursor()).read(1_000, PATIENCE);
        }
    }

    static String end(Sluice hub, String channel) throws InterruptedException {
        Event last = events(hub, channel).getLast();
        assertThat(last.type()).isEqualTo("end");
        return last.text();
    }

    static PublishResult stop(Sluice hub, String channel) {
        return hub.channel(channel)
                .publish(Message.json(Map.of("status", "stopped", "by", "ada"))
                        .type("end")
                        .closing());
    }
}
