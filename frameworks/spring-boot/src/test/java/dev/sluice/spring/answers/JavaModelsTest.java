package dev.sluice.spring.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.sluice.Sluice;
import dev.sluice.client.Author;
import dev.sluice.client.Event;
import dev.sluice.client.Publication;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SubscribeRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Answers of LangChain4j's and Spring AI's own clients of OpenAI, which a reader follows and stops.
@Timeout(60)
final class JavaModelsTest {
    private static final String CHANNEL = "answers/1";
    private static final String KEY = "sk-secret";
    private static final String STOPPED = "{\"status\":\"stopped\",\"by\":\"reader\"}";

    private final Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook();
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private Provider provider;
    private SluiceClient client;
    private SluiceClient reader;
    private Author author;

    enum Framework {
        LANGCHAIN4J,
        SPRING_AI
    }

    @BeforeEach
    void open() throws IOException, InterruptedException {
        provider = new Provider();
        hub.start();
        client = SluiceClient.to(hub.uri().toString());
        reader = SluiceClient.to(hub.uri().toString());
        author = client.author(CHANNEL);
        author.append("start", "{\"model\":\"m\"}");
    }

    @AfterEach
    void close() throws IOException {
        author.close();
        reader.close();
        client.close();
        hub.close();
        provider.close();
    }

    private void langChain4j() {
        StreamingChatModel model = OpenAiStreamingChatModel.builder()
                .baseUrl(provider.url())
                .apiKey(KEY)
                .modelName("m")
                .build();
        var request = ChatRequest.builder().messages(UserMessage.from("Why?")).build();
        model.chat(request, new LangChain4jAnswer(author, failures::add));
    }

    private void springAi() {
        var options = OpenAiChatOptions.builder()
                .baseUrl(provider.url())
                .apiKey(KEY)
                .model("m")
                .streamUsage(true)
                .maxRetries(0)
                .build();
        var model = OpenAiChatModel.builder()
                .options(options)
                .httpClientBuilderCustomizer(OpenAiCalls.endingWith(author))
                .build();
        var responses = ChatClient.create(model).prompt("Why?").stream().chatResponse();
        SpringAiAnswer.write(responses, author).subscribe(_ -> {}, failures::add);
    }

    private Provider.Call ask(Framework framework) throws InterruptedException {
        switch (framework) {
            case LANGCHAIN4J -> langChain4j();
            case SPRING_AI -> springAi();
        }
        return provider.call();
    }

    private void stop() throws InterruptedException {
        reader.publish(Publication.json(CHANNEL, STOPPED).type("end").closing());
    }

    /// The answer as a reader has it who comes when it has ended.
    private record Answer(String text, JsonNode end) {}

    private Answer read() {
        var text = new StringBuilder();
        JsonNode end = null;
        try (var messages = reader.subscribe(SubscribeRequest.to(CHANNEL).fromEarliest())) {
            for (var message : messages) {
                if (!(message instanceof Event event) || event.type().equals("start")) continue;
                assertThat(end).as("what comes after the end").isNull();
                if (event.type().equals("end")) end = new JsonMapper().readTree(event.text());
                else text.append(event.text());
            }
        }
        return new Answer(text.toString(), end);
    }

    private void awaitText(String channel, String text) {
        try (var messages = reader.subscribe(SubscribeRequest.to(channel).fromEarliest())) {
            for (var message : messages)
                if (message instanceof Event event && event.text().equals(text)) return;
        }
    }

    @ParameterizedTest
    @EnumSource
    void writesTheTextAndItsUsage(Framework framework) throws Exception {
        var call = ask(framework);
        call.begin();
        for (var token : List.of("Because ", "日本語 ", "🎉")) call.token(token);
        call.finish();

        var answer = read();
        assertThat(answer.text()).isEqualTo("Because 日本語 🎉");
        assertThat(answer.end().toString()).isEqualTo("{\"status\":\"done\",\"usage\":{\"input\":7,\"output\":3}}");
        assertThat(failures).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void cancelsTheCallWhenAReaderStopsTheAnswer(Framework framework) throws Exception {
        var call = ask(framework);
        call.begin();
        call.token("Because");
        awaitText(CHANNEL, "Because");
        stop();
        assertThat(call.isClosed()).isTrue();

        var answer = read();
        assertThat(answer.text()).isEqualTo("Because");
        assertThat(answer.end().toString()).isEqualTo(STOPPED);
        assertThat(failures).isEmpty();
    }

    @Test
    void cancelsACallOfSpringAiBeforeItsFirstToken() throws Exception {
        var call = ask(Framework.SPRING_AI);
        stop();
        assertThat(call.isClosed()).isTrue();
        assertThat(read()).isEqualTo(new Answer("", new JsonMapper().readTree(STOPPED)));
    }

    @Test
    void cancelsACallOfSpringAiThatHasBegunBeforeItsFirstToken() throws Exception {
        var call = ask(Framework.SPRING_AI);
        call.begin();
        stop();
        assertThat(call.isClosed()).isTrue();
        assertThat(read()).isEqualTo(new Answer("", new JsonMapper().readTree(STOPPED)));
    }

    /// LangChain4j gives the means to cancel a call with its first callback: the answer ends before.
    @Test
    void cancelsACallOfLangChain4jWithItsFirstTokenAndDropsThat() throws Exception {
        var call = ask(Framework.LANGCHAIN4J);
        stop();
        assertThat(read()).isEqualTo(new Answer("", new JsonMapper().readTree(STOPPED)));
        author.ended().get(30, TimeUnit.SECONDS);

        call.begin();
        call.token("Because");
        assertThat(call.isClosed()).isTrue();
        assertThat(read()).isEqualTo(new Answer("", new JsonMapper().readTree(STOPPED)));
    }

    @ParameterizedTest
    @EnumSource
    void failsAnAnswerThatTheProviderCutsOff(Framework framework) throws Exception {
        var call = ask(framework);
        call.begin();
        call.token("Because");
        awaitText(CHANNEL, "Because");
        call.cut();

        var answer = read();
        assertThat(answer.text()).isEqualTo("Because");
        assertThat(answer.end().path("status").asString()).isEqualTo("failed");
    }

    @ParameterizedTest
    @EnumSource
    void tellsReadersThatTheCallFailedAndTheProgramWhy(Framework framework) throws Exception {
        ask(framework).refuse("{\"error\":{\"message\":\"no such model for " + KEY + "\"}}");

        var answer = read();
        assertThat(answer.end().path("status").asString()).isEqualTo("failed");
        assertThat(answer.end().toString()).doesNotContain(KEY);
        assertThat(failures.poll(30, TimeUnit.SECONDS)).hasStackTraceContaining("no such model");
    }

    @Test
    void storesTextAtOnceThatComesAfterSilence() throws Exception {
        try (var slow = client.author("answers/slow", Duration.ofHours(1))) {
            for (var text : List.of("one", "two")) {
                slow.text(text);
                awaitText("answers/slow", text);
            }
        }
    }

    @Test
    void writesTheTextOfAFlow() throws Exception {
        try (var texts = new SubmissionPublisher<String>()) {
            texts.subscribe(new TextSubscriber(author));
            for (var text : List.of("one ", "two ", "three")) texts.submit(text);
        }
        assertThat(read()).isEqualTo(new Answer("one two three", new JsonMapper().readTree("{\"status\":\"done\"}")));
    }

    @Test
    void cancelsAFlowBeforeItsFirstText() throws Exception {
        var cancelled = new CountDownLatch(1);
        new Flow.Publisher<String>() {
            @Override
            public void subscribe(Flow.Subscriber<? super String> subscriber) {
                subscriber.onSubscribe(new Flow.Subscription() {
                    @Override
                    public void request(long count) {}

                    @Override
                    public void cancel() {
                        cancelled.countDown();
                    }
                });
            }
        }.subscribe(new TextSubscriber(author));
        stop();
        assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
    }
}
