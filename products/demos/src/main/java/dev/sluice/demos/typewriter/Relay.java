package dev.sluice.demos.typewriter;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// An author that sends the question to a model and passes on its answer piece by piece.
///
/// @param timeout the longest time that the model may send nothing
public record Relay(Model model, Duration timeout) implements AnswerGenerator {
    private static final System.Logger LOG = System.getLogger(Relay.class.getName());
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CONNECT_TIME = Duration.ofSeconds(10);

    private record Message(String role, String content) {}

    @Override
    public void write(Question question, Paper paper) throws IncompleteAnswerException, InterruptedException {
        // Each answer has its own client, because a client has threads, which would be idle between
        // questions.
        try (HttpClient http = client()) {
            try {
                read(open(http, question), paper);
            } finally {
                http.shutdownNow(); // Otherwise close() would wait for the rest of the model's answer.
            }
        }
    }

    private static HttpClient client() {
        return HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIME)
                // Some model servers lose a body that is sent with an offer to upgrade to HTTP/2.
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    private InputStream open(HttpClient http, Question question)
            throws IncompleteAnswerException, InterruptedException {
        HttpResponse<InputStream> answer;
        try {
            answer = http.send(request(question), BodyHandlers.ofInputStream());
        } catch (IOException failed) {
            LOG.log(Level.WARNING, "a model cannot be reached model=" + model, failed);
            throw IncompleteAnswerException.unreachable();
        }
        String type = answer.headers().firstValue("Content-Type").orElse("");
        boolean isStream = type.startsWith("text/event-stream");
        if (answer.statusCode() == 200 && isStream) return answer.body();
        LOG.log(Level.WARNING, "a model refused model=" + model + " status=" + answer.statusCode());
        throw answer.statusCode() == 200
                ? IncompleteAnswerException.notStreamed()
                : IncompleteAnswerException.status(answer.statusCode(), answer.headers());
    }

    private HttpRequest request(Question question) {
        var body = Map.of(
                "model", model.name(),
                "stream", true,
                "messages", List.of(new Message("user", question.text())));
        var request = HttpRequest.newBuilder(model.uri())
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("Accept", "text/event-stream")
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        if (model.key() != null) request.header("Authorization", "Bearer " + model.key());
        return request.build();
    }

    private void read(InputStream body, Paper paper) throws IncompleteAnswerException, InterruptedException {
        var silence = new IdleTimeout(timeout, body);
        try (silence;
                body) {
            ChatStream.read(body, silence::reset, paper);
        } catch (IOException failed) {
            if (Thread.interrupted()) throw new InterruptedException("the answer is no longer wanted");
            LOG.log(Level.WARNING, "a model's answer was cut model=" + model + " reason=" + failed);
            throw silence.isTooLong() ? IncompleteAnswerException.silent() : IncompleteAnswerException.cut();
        }
    }
}
