package dev.sluice.relay;

import static dev.sluice.relay.RelayHub.ASKED;
import static dev.sluice.relay.RelayHub.CHAT;
import static dev.sluice.relay.RelayHub.CLIENT;
import static dev.sluice.relay.RelayHub.DONE;
import static dev.sluice.relay.RelayHub.MEMORY_BYTES;
import static dev.sluice.relay.RelayHub.MESSAGE;
import static dev.sluice.relay.RelayHub.PATIENCE;
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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.sluice.Event;
import dev.sluice.Sluice;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Providers that break off, fall silent, or send what is no answer.
@Timeout(300)
final class BrokenProviderTest {
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
            HttpResponse<String> answer = CLIENT.send(post(hub, CHAT, two), BodyHandlers.ofString());
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

    @ParameterizedTest
    @ValueSource(strings = {"/relay/anthropic/v1/messages", "/relay/openai/v1/responses"})
    void passesEventsOnWhoseTypesTheHubUsesItself(String path) throws Exception {
        String events = "event: start\ndata: {}\n\nevent: end\ndata: {}\n\nevent: error\ndata: {\"type\":\"error\","
                + "\"message\":\"Overloaded\",\"error\":{\"message\":\"Overloaded\"}}\n\n";
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write(events);
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            HttpResponse<String> answer = CLIENT.send(post(hub, path, ASKED), BodyHandlers.ofString());

            assertThat(answer.body().replaceAll("(?m)^(id|:).*\n", "")).isEqualTo(events);
            assertThat(end(hub, channel(answer))).contains("\"failed\"", "provider-error", "Overloaded");
            assertThat(events(hub, channel(answer)))
                    .extracting(Event::type)
                    .containsExactly("start", "provider.start", "provider.end", "provider.error", "end");
        }
    }

    @Test
    void keepsTheEventsBeforeOneThatTheHubDoesNotTake() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write(chunk("Hel", "null") + "event: a,b\n" + chunk("lo", "\"stop\"") + DONE);
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            HttpResponse<String> answer = ask(hub);

            assertThat(answer.body()).doesNotContain("[DONE]").contains("Hel");
            assertThat(end(hub, channel(answer))).contains("\"failed\"", "too-large");
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
    void endsACallWhoseRefusalFallsSilent() throws Exception {
        var isFirst = new AtomicBoolean(true);
        try (var provider = new StubProvider(call -> {
                    if (isFirst.getAndSet(false)) {
                        call.refuseInPart(429);
                        call.await();
                    } else hello(call);
                });
                Sluice hub = started(
                        Sluice.inMemory(), provider, new ModelCalls(1, () -> MEMORY_BYTES, Duration.ofSeconds(1)))) {
            HttpResponse<String> answer = ask(hub);

            assertThat(answer.body()).contains("silent");
            assertThat(end(hub, channel(answer))).contains("\"failed\"", "silent");
            HttpResponse<String> next = ask(hub);
            while (next.statusCode() == 503) next = ask(hub); // Until the first call has given its place back.
            assertThat(next.body()).contains("[DONE]");
            provider.next().goOn();
        }
    }

    @Test
    void closesAnAnswerThatIsNoStreamOfEvents() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream("application/x-ndjson");
                    call.writeUntilClosed();
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            assertThat(ask(hub).statusCode()).isEqualTo(502);
            assertThat(provider.next().ended).failsWithin(PATIENCE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 17})
    void failsAnAnswerWithAnEventThatIsTooLarge(int mebibytes) throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write(chunk("x".repeat(mebibytes << 20), "\"stop\"") + DONE);
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
            HttpResponse<String> answer = ask(hub);
            assertThat(answer.body().replaceAll("(?m)^(id|:).*\n", "")).isEqualTo(String.join("", parts));

            URI events =
                    URI.create(hub.uri() + "/channels/" + channel(answer) + "?as=sse&after=earliest&coalesce=true");
            String joined = CLIENT.send(HttpRequest.newBuilder(events).build(), BodyHandlers.ofString())
                    .body();
            assertThat(joined.lines().filter(line -> line.startsWith("data: {\"object\"")))
                    .as(joined)
                    .containsExactlyElementsOf(
                            parts.stream().limit(6).map(String::strip).toList());
        }
    }
}
