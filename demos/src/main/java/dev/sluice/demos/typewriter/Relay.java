package dev.sluice.demos.typewriter;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.System.Logger.Level;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// An author that asks a model and passes on what it says, piece by piece, as it comes.
///
/// @param patience how long the model may say nothing
record Relay(Model model, Duration patience) implements Author {
    private static final System.Logger LOG = System.getLogger(Relay.class.getName());
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CONNECT_TIME = Duration.ofSeconds(10);

    private record Message(String role, String content) {}

    @Override
    public void write(Question question, Paper paper) throws Trouble, InterruptedException {
        // One client an answer: it has threads, and nobody may ever ask.
        try (HttpClient http = client()) {
            try {
                read(open(http, question), paper);
            } finally {
                http.shutdownNow(); // Else closing it waits for all that the model still has to say.
            }
        }
    }

    private static HttpClient client() {
        return HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIME)
                // Some servers of models lose a body that comes with the offer of HTTP/2 which else is made.
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    private InputStream open(HttpClient http, Question question) throws Trouble, InterruptedException {
        HttpResponse<InputStream> answer;
        try {
            answer = http.send(request(question), BodyHandlers.ofInputStream());
        } catch (IOException failed) {
            LOG.log(Level.WARNING, "a model can't be reached model=" + model, failed);
            throw Trouble.unreachable();
        }
        String type = answer.headers().firstValue("Content-Type").orElse("");
        boolean isStream = type.startsWith("text/event-stream");
        if (answer.statusCode() == 200 && isStream) return answer.body();
        LOG.log(Level.WARNING, "a model refused model=" + model + " status=" + answer.statusCode());
        throw answer.statusCode() == 200
                ? Trouble.notStreamed()
                : Trouble.status(answer.statusCode(), answer.headers());
    }

    private HttpRequest request(Question question) {
        var body = Map.of(
                "model", model.name(),
                "stream", true,
                "messages", List.of(new Message("user", question.text())));
        var request = HttpRequest.newBuilder(model.uri())
                .timeout(patience)
                .header("Content-Type", "application/json")
                .header("Accept", "text/event-stream")
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        if (model.key() != null) request.header("Authorization", "Bearer " + model.key());
        return request.build();
    }

    private void read(InputStream body, Paper paper) throws Trouble, InterruptedException {
        var silence = new Silence(patience, body);
        var lines = new BufferedReader(new InputStreamReader(new Bounded(body), StandardCharsets.UTF_8));
        try (silence;
                lines) {
            ChatStream.read(lines, silence::broken, paper);
        } catch (IOException failed) {
            if (Thread.interrupted()) throw new InterruptedException("nobody wants more");
            LOG.log(Level.WARNING, "a model's answer was cut model=" + model + " reason=" + failed);
            throw silence.isTooLong() ? Trouble.silent() : Trouble.cut();
        }
    }
}
