package dev.sluice.relay;

import static dev.sluice.relay.RelayHub.ASKED;
import static dev.sluice.relay.RelayHub.CHAT;
import static dev.sluice.relay.RelayHub.CLIENT;
import static dev.sluice.relay.RelayHub.DONE;
import static dev.sluice.relay.RelayHub.MESSAGE;
import static dev.sluice.relay.RelayHub.USAGE;
import static dev.sluice.relay.RelayHub.anthropic;
import static dev.sluice.relay.RelayHub.ask;
import static dev.sluice.relay.RelayHub.channel;
import static dev.sluice.relay.RelayHub.chunk;
import static dev.sluice.relay.RelayHub.end;
import static dev.sluice.relay.RelayHub.events;
import static dev.sluice.relay.RelayHub.hello;
import static dev.sluice.relay.RelayHub.openAi;
import static dev.sluice.relay.RelayHub.post;
import static dev.sluice.relay.RelayHub.started;
import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.models.messages.RawMessageStreamEvent;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import dev.sluice.Event;
import dev.sluice.Sluice;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The relay between the providers' own clients and a provider.
final class RelayTest {
    @TempDir
    private Path folder;

    // --- the providers' clients

    @Test
    void streamsChatCompletionsToOpenAisClientAndKeepsThem() throws Exception {
        try (var provider = new StubProvider(RelayHub::hello);
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

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 2})
    void readsAnAnswerToItsEndWhateverFieldOfAnotherFormatItsRequestHas(int n) throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write("event: response.output_text.delta\n"
                            + "data: {\"type\":\"response.output_text.delta\",\"delta\":\"Hello\"}\n\n");
                    call.write("event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":"
                            + "{\"usage\":{\"input_tokens\":7}}}\n\n");
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            String asked = "{\"model\":\"m-1\",\"stream\":true,\"n\":" + n + "}";
            HttpResponse<String> answer =
                    CLIENT.send(post(hub, "/relay/openai/v1/responses", asked), BodyHandlers.ofString());
            assertThat(end(hub, channel(answer))).contains("\"done\"", "\"input_tokens\":7");
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
                    CLIENT.send(post(hub, CHAT, "{\"model\":\"m-1\",\"messages\":[]}"), BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"id\":\"whole\"}");
            assertThat(answer.headers().firstValue("Sluice-Channel")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void forwardsWhatSdksReadOfARefusal(boolean isStreamed) throws Exception {
        String[] headers = {"Retry-After", "7", "x-should-retry", "true", "x-request-id", "r-1", "Content-Type", "a/b"};
        try (var provider = new StubProvider(call -> call.refuse(429, "{}", headers));
                Sluice hub = started(Sluice.inMemory(), provider)) {
            String asked = ASKED.replace("true", "" + isStreamed);
            HttpResponse<String> refused = CLIENT.send(post(hub, CHAT, asked), BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(429);
            for (int i = 0; i < headers.length; i += 2)
                assertThat(refused.headers().firstValue(headers[i])).hasValue(headers[i + 1]);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesAHeaderThatItCannotForward(boolean isStreamed) throws Exception {
        try (var provider = new StubProvider(RelayHub::hello);
                Sluice hub = started(Sluice.inMemory(), provider);
                var socket = new Socket(InetAddress.getLoopbackAddress(), hub.port())) {
            String body = ASKED.replace("true", "" + isStreamed);
            String request = "POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "OpenAI-Beta: \u2192\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + body.length() + "\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("OpenAI-Beta");
            assertThat(provider.requests).isEmpty();
        }
    }

    // --- one call for one question

    @Test
    void callsTheModelOnceForAKeyAcrossARestart() throws Exception {
        String[] key = {"Idempotency-Key", "question-1"};
        try (var provider = new StubProvider(RelayHub::hello)) {
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
            HttpResponse<InputStream> answer = CLIENT.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream());
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
            HttpResponse<InputStream> reader = CLIENT.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream());
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
            HttpResponse<InputStream> reader = CLIENT.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream());

            assertThat(reader.statusCode()).isEqualTo(200); // Before the provider has sent a head.
            provider.next().goOn();
            assertThat(new String(reader.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("Hel", "[DONE]");
        }
    }
}
