package dev.sluice.demos.typewriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.core.LoggedLines;
import dev.sluice.demos.TestHub;
import dev.sluice.demos.TypewriterTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The typewriter with a model server, over real sockets on both sides.
final class RelayTest {
    private static final String KEY = "sk-secret-4711";

    /// Sends a question by POST and reads the answer to its end as raw text.
    private static String answer(ModelServer.Manner manner, String language) throws Exception {
        try (var model = new ModelServer(manner);
                var app = start(model)) {
            return read(app, ask(app, language));
        }
    }

    private static Sluice start(ModelServer model) {
        return TypewriterTest.start(TestHub.inMemory().port(0), "", model.environment(KEY));
    }

    private static String ask(Sluice app, String language) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(app.uri().resolve("/answers"))
                    .POST(BodyPublishers.ofString("""
{"question":"Why \\"rain\\"?","language":"%s"}""".formatted(language)));
            var answer = http.send(request.build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            return answer.body().replaceAll(".*\"channel\":\"([^\"]+)\".*", "$1");
        }
    }

    private static String read(Sluice app, String channel) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            URI uri = app.uri().resolve("/channels/" + channel + "?after=earliest&as=text");
            return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    void relaysTheWholeAnswerAndSendsAValidRequest() throws Exception {
        try (var model = new ModelServer(said -> said.begin()
                        .raw(": thinking\n\n")
                        .line("{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}")
                        .pieces("It ", "is", " \"water\"", ",\n", "水。")
                        .done());
                var app = start(model)) {
            assertThat(read(app, ask(app, "en"))).isEqualTo("It is \"water\",\n水。");

            var asked = model.asked();
            assertThat(asked.authorization()).isEqualTo("Bearer " + KEY);
            assertThat(asked.body())
                    .contains("\"model\":\"small-1\"", "\"stream\":true")
                    .contains("\"messages\":[{\"role\":\"user\",\"content\":\"Why \\\"rain\\\"?\"}]");
        }
    }

    @Test
    void acceptsAFinishReasonAsTheEnd() throws Exception {
        assertThat(answer(
                        said -> {
                            said.begin()
                                    .pieces("all")
                                    .line("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}");
                            said.exchange().close();
                        },
                        "en"))
                .isEqualTo("all");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            401 | en | The model refused the key (401). Check SLUICE_MODEL_KEY.
            401 | zh | 模型拒绝了密钥（401）。请检查 SLUICE_MODEL_KEY。
            404 | en | There is no such model or address (404). Check SLUICE_MODEL and SLUICE_MODEL_URL.
            400 | en | The model's server rejected the question (400).
            500 | en | The model's server failed (500). Ask again in a moment.
            302 | en | The model's server rejected the question (302).
            429 | en | The model takes no more questions for now (429). Ask again in 20 s.
            429 | zh | 模型暂时不再接受提问（429）。请在 20 秒后再问。
            """)
    void reportsARefusalAndEndsTheChannel(int status, String language, String words) throws Exception {
        assertThat(answer(
                        said -> {
                            said.exchange().getResponseHeaders().set("Retry-After", "20");
                            said.refuse(status, "{\"error\":{\"message\":\"wrong key: " + KEY + "\"}}");
                        },
                        language))
                .isEqualTo(words);
    }

    @Test
    void reportsATruncatedAnswerAfterItsText() throws Exception {
        assertThat(answer(
                        said -> {
                            said.begin().pieces("It ", "is").raw("data: {\"choices\":[{\"del");
                            said.exchange().getResponseBody().close();
                        },
                        "en"))
                .isEqualTo("It is\n\nThe model's answer was cut off here. Ask again.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"error":{"message":"overloaded"}}                       | The model failed here. Ask again in a moment.
            {"choices":                                              | The model failed here. Ask again in a moment.
            {"choices":[{"delta":{},"finish_reason":"length"}]}         | The model stopped here, because it reached its length limit.
            {"choices":[{"delta":{},"finish_reason":"content_filter"}]} | The model's content filter stopped the answer here.
            """)
    void reportsAFailureInTheMiddleOfAnAnswer(String line, String words) throws Exception {
        assertThat(answer(
                        said -> said.begin().pieces("It").line(line).exchange().close(), "en"))
                .isEqualTo("It\n\n" + words);
    }

    @Test
    void givesUpOnASilentModel() throws Exception {
        var end = new CountDownLatch(1);
        try (var model = new ModelServer(said -> {
                    said.begin().pieces("It");
                    end.await();
                });
                var app = TestHub.inMemory().port(0).start()) {
            // This is also the time that the model has for its first response on a busy machine.
            var relay = new Relay(Model.of(model.environment(KEY)).orElseThrow(), Duration.ofSeconds(3));
            try (var answers = new Answers(relay)) {
                answers.use(app);
                String id =
                        answers.begin(new AnswerGenerator.Question("", "en")).orElseThrow();
                assertThat(read(app, Answers.channel(id)))
                        .isEqualTo("It\n\nThe model stopped sending here. Ask again.");
            } finally {
                end.countDown();
            }
        }
    }

    @Test
    void closesTheModelsConnectionWhenTheChannelEnds() throws Exception {
        var gone = new CountDownLatch(1);
        try (var model = new ModelServer(said -> {
                    said.begin().pieces("It");
                    try {
                        while (true) said.raw(": still thinking\n\n"); // Until the connection is closed.
                    } catch (IOException hungUp) {
                        gone.countDown();
                    }
                });
                var app = start(model);
                var http = HttpClient.newHttpClient()) {
            String channel = ask(app, "en");
            model.asked();
            var stop = HttpRequest.newBuilder(app.uri().resolve("/channels/" + channel + "?close=true"))
                    .POST(BodyPublishers.noBody());
            assertThat(http.send(stop.build(), BodyHandlers.ofString()).statusCode())
                    .isEqualTo(201);
            assertThat(gone.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(read(app, channel)).isIn("", "It");
        }
    }

    @Test
    void reportsAnUnreachableModelAndAResponseThatIsNotAStream() throws Exception {
        assertThat(answer(said -> said.refuse(200, "{\"choices\":[]}"), "en"))
                .isEqualTo("The model's server answered, but not with a stream of events.");
        var gone = new ModelServer(said -> {});
        gone.close();
        try (var app = start(gone)) {
            assertThat(read(app, ask(app, "zh"))).startsWith("无法连接模型。");
        }
    }

    @Test
    void neverLogsTheKey() throws Exception {
        var logged = new LoggedLines("dev.sluice.demos");
        try (logged) {
            answer(said -> said.refuse(401, "wrong key: " + KEY), "en");
            answer(said -> said.begin().pieces("It").exchange().close(), "en");
        }
        assertThat(logged.records())
                .extracting(each -> each.getMessage() + each.getThrown())
                .anyMatch(line -> line.contains("status=401"))
                .noneMatch(line -> line.contains(KEY));
        assertThat(Model.of(Map.of(
                        "SLUICE_MODEL_URL", "https://api.example/v1", "SLUICE_MODEL", "m", "SLUICE_MODEL_KEY", KEY)))
                .hasToString("Optional[m at api.example]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            api.example/v1            | m  | k     | SLUICE_MODEL_URL must be an address such as https://api.example/v1/chat/completions.
            ftp://api.example/        | m  | k     | SLUICE_MODEL_URL must be an address such as https://api.example/v1/chat/completions.
            https://me:pw@api.example | m  | k     | SLUICE_MODEL_URL must be an address such as https://api.example/v1/chat/completions.
            https://api.example/ x    | m  | k     | SLUICE_MODEL_URL is not a valid address: Illegal character in path.
            https://api.example/      | '' | k     | SLUICE_MODEL_URL is set and SLUICE_MODEL is not: name the model.
            https://api.example/      | m  | k 1   | SLUICE_MODEL_KEY contains characters that are not allowed in a key, perhaps a line break.
            """)
    void refusesAnInvalidEnvironmentAtTheStart(String url, String name, String key, String words) {
        assertThatThrownBy(
                        () -> Model.of(Map.of("SLUICE_MODEL_URL", url, "SLUICE_MODEL", name, "SLUICE_MODEL_KEY", key)))
                .hasMessage(words);
    }
}
