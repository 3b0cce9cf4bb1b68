package dev.sluice.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import dev.sluice.Access;
import dev.sluice.Event;
import dev.sluice.EventPage;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Sluice;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The relay between the providers' own clients and a provider.
final class RelayTest {
    private static final String CHAT = "/relay/openai/v1/chat/completions";
    private static final String ASKED = "{\"model\":\"m-1\",\"stream\":true,\"messages\":[{\"role\":\"user\","
            + "\"content\":\"a private prompt\"}]}";
    private static final int MEMORY_BYTES = 64 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    private static Sluice started(Sluice hub, StubProvider provider) {
        return started(hub, provider, new ModelCalls(100, () -> MEMORY_BYTES, Relay.SILENT_MAX));
    }

    private static Sluice started(Sluice hub, StubProvider provider, ModelCalls calls) {
        Relay.on(
                hub.port(0).withoutShutdownHook().set("stop_time", "100ms"),
                "/relay",
                List.of(
                        new Provider("openai", Provider.Style.OPENAI, provider.uri(), StubProvider.KEY),
                        new Provider("anthropic", Provider.Style.ANTHROPIC, provider.uri(), StubProvider.KEY)),
                calls);
        return hub.start();
    }

    private static OpenAIClient openAi(Sluice hub) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(hub.uri() + "/relay/openai/v1")
                .apiKey("key-of-the-hub")
                .maxRetries(0)
                .build();
    }

    private static String chunk(String content, String finish) {
        return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m-1\",\"choices\":"
                + "[{\"index\":0,\"delta\":{\"content\":\"" + content + "\"},\"finish_reason\":" + finish + "}]}\n\n";
    }

    private static final String USAGE = "data:"
            + " {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m-1\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private static void hello(StubProvider.Call call) throws IOException {
        call.stream();
        call.write(chunk("Hel", "null"));
        call.write(chunk("lo", "\"stop\"") + USAGE + DONE);
    }

    private HttpRequest post(Sluice hub, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(hub.uri() + path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return request.build();
    }

    private HttpResponse<String> ask(Sluice hub, String... headers) throws Exception {
        return client.send(post(hub, CHAT, ASKED, headers), BodyHandlers.ofString());
    }

    private static String channel(HttpResponse<?> response) {
        return response.headers().firstValue("Sluice-Channel").orElseThrow();
    }

    /// Waits for the end of an answer.
    private static List<Event> events(Sluice hub, String channel) throws InterruptedException {
        List<Event> all = new ArrayList<>();
        EventPage page = hub.channels(channel).earliest().read(1_000, PATIENCE);
        while (true) {
            all.addAll(page.events());
            if (page.hasEnded()) return all;
            assertThat(page.events()).as("events before %s", page.cursor()).isNotEmpty();
            page = hub.channels(channel).after(page.cursor()).read(1_000, PATIENCE);
        }
    }

    private static String end(Sluice hub, String channel) throws InterruptedException {
        Event last = events(hub, channel).getLast();
        assertThat(last.type()).isEqualTo("end");
        return last.text();
    }

    private static PublishResult stop(Sluice hub, String channel) {
        return hub.channel(channel)
                .publish(Message.json(Map.of("status", "stopped", "by", "ada"))
                        .type("end")
                        .closing());
    }

    // --- the providers' clients

    @Test
    void streamsChatCompletionsToOpenAisClientAndKeepsThem() throws Exception {
        try (var provider = new StubProvider(RelayTest::hello);
                Sluice hub = started(Sluice.inMemory(), provider)) {
            var text = new StringBuilder();
            String channel;
            try (var answer = openAi(hub)
                    .chat()
                    .completions()
                    .withRawResponse()
                    .createStreaming(ChatCompletionCreateParams.builder()
                            .model("m-1")
                            .addUserMessage("a private prompt")
                            .build())) {
                channel = answer.headers().values("Sluice-Channel").getFirst();
                StreamResponse<ChatCompletionChunk> chunks = answer.parse();
                chunks.stream()
                        .flatMap(each -> each.choices().stream())
                        .forEach(each -> text.append(each.delta().content().orElse("")));
            }

            assertThat(text).hasToString("Hello");
            assertThat(provider.keys).containsExactly("Bearer " + StubProvider.KEY);
            List<Event> events = events(hub, channel);
            assertThat(events)
                    .extracting(Event::type)
                    .containsExactly(
                            "start", "chat.completion.chunk", "chat.completion.chunk", "chat.completion.chunk", "end");
            assertThat(events.getFirst().text()).contains("\"model\":\"m-1\"", "openai.chat");
            assertThat(events.getLast().text())
                    .isEqualTo("{\"status\":\"done\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,"
                            + "\"total_tokens\":5}}");
        }
    }

    @Test
    void streamsResponsesToOpenAisClient() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write("event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\","
                            + "\"item_id\":\"i\",\"output_index\":0,\"content_index\":0,\"delta\":\"Hello\","
                            + "\"logprobs\":[],\"sequence_number\":1}\n\n");
                    call.write(
                            "event: response.completed\n"
                                    + "data:"
                                    + " {\"type\":\"response.completed\",\"sequence_number\":2,\"response\":{\"id\":\"r\",\"usage\":{\"input_tokens\":7,\"output_tokens\":1}}}\n\n");
                });
                Sluice hub = started(Sluice.inMemory(), provider);
                var answer = openAi(hub)
                        .responses()
                        .withRawResponse()
                        .createStreaming(ResponseCreateParams.builder()
                                .model("m-1")
                                .input("a private prompt")
                                .build())) {
            String channel = answer.headers().values("Sluice-Channel").getFirst();
            List<ResponseStreamEvent> events = answer.parse().stream().toList();

            assertThat(events).hasSize(2);
            assertThat(events.getFirst().asOutputTextDelta().delta()).isEqualTo("Hello");
            assertThat(events.getLast().isCompleted()).isTrue();
            assertThat(end(hub, channel)).contains("\"done\"", "\"input_tokens\":7");
        }
    }

    private static void claude(StubProvider.Call call) throws IOException {
        call.stream();
        call.write(
                "event: message_start\n"
                        + "data:"
                        + " {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m-2\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}\n\n");
        call.write("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
                + "{\"type\":\"text\",\"text\":\"\"}}\n\n");
        call.write("event: ping\ndata: {\"type\":\"ping\"}\n\n");
        call.write("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                + "{\"type\":\"text_delta\",\"text\":\"Hello\"}}\n\n");
        call.write("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n");
        call.write("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","
                + "\"stop_sequence\":null},\"usage\":{\"output_tokens\":4}}\n\n");
        call.write("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    }

    private static AnthropicClient anthropic(Sluice hub) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(hub.uri() + "/relay/anthropic")
                .authToken("key-of-the-hub")
                .maxRetries(0)
                .build();
    }

    private static final MessageCreateParams MESSAGE = MessageCreateParams.builder()
            .model("m-2")
            .maxTokens(10)
            .addUserMessage("a private prompt")
            .build();

    @Test
    void streamsMessagesToAnthropicsClient() throws Exception {
        try (var provider = new StubProvider(RelayTest::claude);
                Sluice hub = started(Sluice.inMemory(), provider);
                var answer = anthropic(hub).messages().withRawResponse().createStreaming(MESSAGE)) {
            String channel = answer.headers().values("Sluice-Channel").getFirst();
            List<RawMessageStreamEvent> events = answer.parse().stream().toList();

            assertThat(events.stream()
                            .flatMap(each -> each.contentBlockDelta().stream())
                            .flatMap(each -> each.delta().text().stream())
                            .map(each -> each.text()))
                    .containsExactly("Hello");
            assertThat(events.getLast().isMessageStop()).isTrue();
            assertThat(provider.keys).containsExactly(StubProvider.KEY);
            assertThat(end(hub, channel))
                    .isEqualTo("{\"status\":\"done\",\"usage\":{\"input_tokens\":9,\"output_tokens\":4}}");
        }
    }

    @Test
    void relaysAnswersThatAreNotStreamedAndKeepsThemNot() throws Exception {
        try (var provider = new StubProvider(call -> call.refuse(200, "{\"id\":\"whole\"}"));
                Sluice hub = started(Sluice.inMemory(), provider)) {
            HttpResponse<String> answer =
                    client.send(post(hub, CHAT, "{\"model\":\"m-1\",\"messages\":[]}"), BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"id\":\"whole\"}");
            assertThat(answer.headers().firstValue("Sluice-Channel")).isEmpty();
        }
    }

    // --- one call for one question

    @Test
    void callsTheModelOnceForAKeyAcrossARestart() throws Exception {
        String[] key = {"Idempotency-Key", "question-1"};
        try (var provider = new StubProvider(RelayTest::hello)) {
            HttpResponse<String> first;
            HttpResponse<String> second;
            try (Sluice hub = started(Sluice.in(folder.resolve("log")), provider)) {
                first = ask(hub, key);
                second = ask(hub, key);
            }
            try (Sluice hub = started(Sluice.in(folder.resolve("log")), provider)) {
                HttpResponse<String> third = ask(hub, key);
                assertThat(channel(third)).isEqualTo(channel(first)).isEqualTo(channel(second));
                assertThat(third.body()).isEqualTo(first.body()).contains("Hel", "lo", "[DONE]");
                assertThat(provider.requests).hasSize(1);
                assertThat(channel(ask(hub, "Idempotency-Key", "question-2"))).isNotEqualTo(channel(first));
                assertThat(provider.requests).hasSize(2);
            }
        }
    }

    @Test
    void callsTheModelAgainForTheSameKeyAfterTheProviderRefused() throws Exception {
        List<Integer> statuses = new ArrayList<>(List.of(429, 200));
        try (var provider = new StubProvider(call -> {
                    if (statuses.removeFirst() == 200) hello(call);
                    else call.refuse(429, "{\"error\":{\"message\":\"slow down\"}}", "Retry-After", "7");
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            HttpResponse<String> refused = ask(hub, "Idempotency-Key", "q");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.body()).contains("slow down");
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("7");

            assertThat(ask(hub, "Idempotency-Key", "q").body()).contains("[DONE]");
        }
    }

    // --- stop

    @Test
    void closesTheCallWhenItsAnswerIsStoppedBeforeTheFirstToken() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.writeUntilClosed();
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            HttpResponse<InputStream> reader = client.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream());
            StubProvider.Call call = provider.next();

            assertThat(stop(hub, channel(reader)).isStored()).isTrue();

            assertThat(call.ended).failsWithin(PATIENCE);
            assertThat(new String(reader.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("stopped");
            assertThat(end(hub, channel(reader))).contains("stopped", "ada");
        }
    }

    @Test
    void writesNothingAfterAStopInMidAnswer() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write(chunk("Hel", "null"));
                    call.await();
                    call.write(chunk("lo", "\"stop\"") + DONE);
                    call.writeUntilClosed();
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            HttpResponse<InputStream> reader = client.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream());
            StubProvider.Call call = provider.next();
            EventPage page = hub.channels(channel(reader)).earliest().read(10, PATIENCE);
            while (page.events().size() < 2)
                page = hub.channels(channel(reader)).earliest().read(10, PATIENCE);

            stop(hub, channel(reader));
            call.goOn();

            assertThat(call.ended).failsWithin(PATIENCE);
            assertThat(events(hub, channel(reader)))
                    .extracting(Event::type)
                    .containsExactly("start", "chat.completion.chunk", "end");
        }
    }

    @Test
    void endsTheCallOfADeletedAnswerAndDoesNotRevive() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write(chunk("Hel", "null"));
                    call.await();
                    call.write(chunk("secret", "null"));
                    call.writeUntilClosed();
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            HttpResponse<InputStream> reader = client.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream());
            StubProvider.Call call = provider.next();
            hub.channels(channel(reader)).earliest().read(1, PATIENCE);

            hub.channel(channel(reader)).delete();
            call.goOn();

            assertThat(call.ended).failsWithin(PATIENCE);
            reader.body().close();
            assertThat(hub.channel(channel(reader)).latest()).isEmpty();
        }
    }

    @Test
    void endsOnceHoweverManyEndIt() throws Exception {
        try (var provider = new StubProvider(RelayTest::hello);
                Sluice hub = started(Sluice.inMemory(), provider)) {
            for (int i = 0; i < 50; i++) {
                HttpResponse<InputStream> reader = client.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream());
                stop(hub, channel(reader));
                assertThat(events(hub, channel(reader)))
                        .extracting(Event::type)
                        .containsOnlyOnce("end")
                        .last()
                        .isEqualTo("end");
                reader.body().close();
            }
        }
    }

    // --- readers

    @Test
    void givesAnAnswerALeaseUntilItsEnd() throws Exception {
        var mayEnd = new CountDownLatch(1);
        try (StubProvider provider = new StubProvider(call -> {
                    call.stream();
                    call.write(chunk("Hel", "null"));
                    mayEnd.await();
                    call.write(chunk("lo", "\"stop\"") + USAGE + DONE);
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            HttpResponse<InputStream> answer = client.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream());
            String channel = channel(answer);
            assertThat(hub.channel(channel).renew(ModelCalls.LEASE)).isTrue();
            mayEnd.countDown();
            assertThat(end(hub, channel)).contains("\"done\"");
            assertThat(hub.channel(channel).renew(ModelCalls.LEASE)).isFalse();
        }
    }

    @Test
    void writesTheAnswerToItsEndWhenItsClientHasLeft() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write(chunk("Hel", "null"));
                    call.await();
                    call.write(chunk("lo", "\"stop\"") + USAGE + DONE);
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            HttpResponse<InputStream> reader = client.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream());
            assertThat(reader.body().read()).isNotNegative();
            reader.body().close();
            provider.next().goOn();

            assertThat(end(hub, channel(reader))).contains("\"done\"", "\"total_tokens\":5");
        }
    }

    @Test
    void letsAReaderInWhileTheModelIsSilent() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.await();
                    hello(call);
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            HttpResponse<InputStream> reader = client.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream());

            assertThat(reader.statusCode()).isEqualTo(200); // Before the provider has sent a head.
            provider.next().goOn();
            assertThat(new String(reader.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("Hel", "[DONE]");
        }
    }

    // --- broken providers

    @Test
    void failsAnAnswerThatBreaksOffWithinItsStream() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write(chunk("Hel", "null"));
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            try (var answer = openAi(hub)
                    .chat()
                    .completions()
                    .createStreaming(ChatCompletionCreateParams.builder()
                            .model("m-1")
                            .addUserMessage("a private prompt")
                            .build())) {
                assertThatThrownBy(() -> answer.stream().toList()).hasMessageContaining("broke off");
            }
            HttpResponse<String> raw = ask(hub);
            assertThat(raw.body()).doesNotContain("[DONE]").contains("broke off");
            assertThat(end(hub, channel(raw))).contains("\"failed\"", "\"usage\":\"unknown\"");
        }
    }

    @Test
    void failsAMessageThatBreaksOffBeforeItsStop() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\","
                            + "\"usage\":{\"input_tokens\":9}}}\n\n");
                });
                Sluice hub = started(Sluice.inMemory(), provider);
                var answer = anthropic(hub).messages().createStreaming(MESSAGE)) {
            assertThatThrownBy(() -> answer.stream().toList()).hasMessageContaining("broke off");
        }
    }

    @Test
    void failsAnAnswerOfTwoChoicesThatBreaksOffAfterTheFirst() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write(chunk("Hel", "null") + chunk("lo", "\"stop\""));
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            String two = ASKED.replace("\"stream\":true", "\"stream\":true,\"n\":2");
            HttpResponse<String> answer = client.send(post(hub, CHAT, two), BodyHandlers.ofString());
            assertThat(answer.body()).contains("error");
            assertThat(end(hub, channel(answer))).contains("\"failed\"", "broken");
        }
    }

    @Test
    void passesAnErrorWithinAStreamOnOnce() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    for (int i = 0; i < 3; i++) call.write(chunk("x", "null"));
                    call.write("data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}\n\n");
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            HttpResponse<String> answer = ask(hub);

            assertThat(answer.body().split("\"error\"", -1)).hasSize(2);
            assertThat(end(hub, channel(answer))).contains("\"failed\"", "overloaded");
            assertThat(events(hub, channel(answer))).hasSize(6);
            assertThat(provider.requests).hasSize(1);
        }
    }

    @Test
    void failsAnAnswerWhoseProviderFallsSilent() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write(chunk("Hel", "null"));
                    call.await();
                });
                Sluice hub = started(
                        Sluice.inMemory(), provider, new ModelCalls(100, () -> MEMORY_BYTES, Duration.ofMillis(300)))) {
            HttpResponse<String> answer = ask(hub);

            assertThat(answer.body()).contains("silent");
            assertThat(end(hub, channel(answer))).contains("\"failed\"", "silent");
            provider.next().goOn();
        }
    }

    @Test
    void failsAnAnswerWithAnEventThatIsTooLarge() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write(chunk("x".repeat(5 << 20), "\"stop\"") + DONE);
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            HttpResponse<String> answer = ask(hub);

            assertThat(answer.body()).doesNotContain("[DONE]").contains("larger than the hub stores");
            assertThat(end(hub, channel(answer))).contains("\"failed\"");
        }
    }

    @Test
    void sendsNoCommentOnAsData() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    for (String each : List.of(chunk("Hel", "null"), chunk("lo", "\"stop\""), DONE)) {
                        call.write(": OPENROUTER PROCESSING\n\n" + each);
                    }
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            assertThat(ask(hub).body().lines().filter(each -> each.startsWith("data:")))
                    .hasSize(3)
                    .noneMatch(each -> each.contains("PROCESSING"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void readsTheSameEventsOneByteAtATime(String lineEnd) throws Exception {
        byte[] bytes = (chunk("你好 👋🏽 é", "null") + chunk("!", "\"stop\"") + DONE)
                .replace("\n", lineEnd)
                .getBytes(StandardCharsets.UTF_8);
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    for (byte each : bytes) call.write(new byte[] {each});
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            HttpResponse<String> answer = ask(hub);

            assertThat(answer.body()).contains("你好 👋🏽 é", "[DONE]").doesNotContain("\uFFFD");
            assertThat(events(hub, channel(answer))).hasSize(4);
        }
    }

    @Test
    void keepsParallelToolCallsApart() throws Exception {
        List<String> parts = IntStream.range(0, 6)
                .mapToObj(i -> "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
                        + "{\"tool_calls\":[{\"index\":" + i % 2 + ",\"id\":\"t" + i % 2
                        + "\",\"function\":{\"arguments\":\"" + i + "\"}}]},\"finish_reason\":null}]}\n\n")
                .collect(Collectors.toList());
        parts.add(chunk("", "\"tool_calls\"") + DONE);
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    for (String each : parts) call.write(each);
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            String body = ask(hub).body().replaceAll("(?m)^(id|:).*\n", "");

            assertThat(body).isEqualTo(String.join("", parts));
        }
    }

    // --- secrets, rights and limits

    @Test
    void tellsNobodyTheProvidersKeyOrThePrompt() throws Exception {
        Path log = folder.resolve("log");
        URI nowhere = URI.create("http://127.0.0.1:1");
        try (var provider = new StubProvider(RelayTest::hello);
                Sluice hub = started(Sluice.in(log), provider)) {
            HttpResponse<String> answer = ask(hub);
            assertThat(answer.body() + answer.headers() + events(hub, channel(answer)))
                    .doesNotContain(StubProvider.KEY, "a private prompt");
        }
        try (Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook()) {
            var unreachable = new Provider("openai", Provider.Style.OPENAI, nowhere, StubProvider.KEY);
            Relay.on(hub, "/relay", List.of(unreachable), 10);
            HttpResponse<String> refused = ask(hub.start());
            assertThat(refused.statusCode()).isEqualTo(502);
            assertThat(refused.body() + refused.headers() + unreachable)
                    .doesNotContain(StubProvider.KEY, "a private prompt");
        }
        try (var files = Files.walk(log)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(each, StandardCharsets.ISO_8859_1))
                        .as(each.toString())
                        .doesNotContain(StubProvider.KEY, "a private prompt");
            }
        }
    }

    @Test
    void requiresTheRightsToPublishAndToSubscribe() throws Exception {
        try (var provider = new StubProvider(RelayTest::hello);
                Sluice hub = started(
                        Sluice.inMemory()
                                .authorizer(request ->
                                        request.header("Authorization").equals(Optional.of("Bearer w"))
                                                ? Access.readOnly("answers/*").allow(Access.Action.PUBLISH, "answers/*")
                                                : Access.readOnly()),
                        provider)) {
            assertThat(ask(hub, "Authorization", "Bearer r").statusCode()).isEqualTo(403);
            assertThat(provider.requests).isEmpty();
            assertThat(ask(hub, "Authorization", "Bearer w").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void limitsTheAnswersInProgress() throws Exception {
        try (var provider = new StubProvider(StubProvider.Call::await);
                Sluice hub =
                        started(Sluice.inMemory(), provider, new ModelCalls(1, () -> MEMORY_BYTES, Relay.SILENT_MAX))) {
            var first = client.sendAsync(post(hub, CHAT, ASKED), BodyHandlers.ofString());
            StubProvider.Call call = provider.next();

            HttpResponse<String> refused = ask(hub);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("relay.answers_max");

            call.goOn();
            first.join();
            assertThat(provider.requests).hasSize(1);
        }
    }

    @Test
    void limitsTheMemoryOfRequestsInProgress() throws Exception {
        String large = ASKED.replace("a private prompt", "x".repeat(500_000));
        var isFirst = new AtomicBoolean(true);
        try (var provider = new StubProvider(call -> {
                    if (isFirst.getAndSet(false)) call.await();
                });
                Sluice hub = started(
                        Sluice.inMemory(), provider, new ModelCalls(100, () -> 1_000 << 10, Relay.SILENT_MAX))) {
            var first = client.sendAsync(post(hub, CHAT, large), BodyHandlers.ofString());
            StubProvider.Call call = provider.next();

            HttpResponse<String> refused = client.send(post(hub, CHAT, large), BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("memory");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();

            call.goOn();
            first.join();
            while (client.send(post(hub, CHAT, large), BodyHandlers.ofString()).statusCode() == 503)
                Thread.onSpinWait();
            assertThat(provider.requests).hasSize(2);
        }
    }

    @Test
    void limitsTheMemoryOfAnswersThatAreNotStreamed() throws Exception {
        try (var provider = new StubProvider(call -> call.refuse(200, "\"" + "x".repeat(1_000_000) + "\""));
                Sluice hub = started(
                        Sluice.inMemory(), provider, new ModelCalls(100, () -> 1_000 << 10, Relay.SILENT_MAX))) {
            HttpResponse<String> refused =
                    client.send(post(hub, CHAT, "{\"model\":\"m-1\",\"messages\":[]}"), BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("memory");
        }
    }

    @Test
    void failsItsAnswersWhenTheHubStops() throws Exception {
        Path log = folder.resolve("log");
        String channel;
        try (var provider = new StubProvider(call -> {
            call.stream();
            call.write(chunk("Hel", "null"));
            call.await();
        })) {
            try (Sluice hub = started(Sluice.in(log), provider)) {
                channel = channel(client.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream()));
            }
            provider.next().goOn();
        }
        try (Sluice hub = Sluice.in(log).port(0).withoutShutdownHook().start()) {
            assertThat(end(hub, channel)).contains("\"failed\"", "The hub stops.");
        }
    }
}
