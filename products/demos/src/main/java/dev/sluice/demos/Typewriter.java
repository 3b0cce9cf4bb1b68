package dev.sluice.demos;

import dev.sluice.Page;
import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.demos.page.PageFile;
import dev.sluice.demos.typewriter.AnswerGenerator;
import dev.sluice.demos.typewriter.AnswerGenerator.Question;
import dev.sluice.demos.typewriter.Answers;
import dev.sluice.demos.typewriter.Model;
import dev.sluice.demos.typewriter.PreparedAnswer;
import dev.sluice.demos.typewriter.Relay;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Streams answers word by word, like an AI assistant. Each question starts an author that publishes its
/// answer piece by piece to a new channel. The page reads that channel over SSE and over `fetch`, always from
/// the beginning, so it can be reloaded or opened on several devices. Ending the channel stops the author.
public final class Typewriter implements Program {
    private static final int PORT = 3001;

    /// Roughly the speed of a fast model.
    private static final Duration PAUSE = Duration.ofMillis(50);

    /// How long a model may send nothing.
    private static final Duration MODEL_TIMEOUT = Duration.ofSeconds(60);

    private final Optional<Model> model;
    private final Answers answers;

    /// Uses the model configured in the environment, or a prepared text if none is configured.
    ///
    /// @throws dev.sluice.demos.typewriter.InvalidModelException if the model is configured incorrectly
    public Typewriter() {
        this(System.getenv());
    }

    Typewriter(Map<String, String> environment) {
        model = Model.of(environment);
        answers = new Answers(
                model.<AnswerGenerator>map(it -> new Relay(it, MODEL_TIMEOUT)).orElse(new PreparedAnswer(PAUSE)));
    }

    @Override
    public Sluice server() {
        return Sluice.inMemory().port(PORT);
    }

    /// The answers use channels of the server's hub; closing the server stops the authors.
    @Override
    public void use(Sluice server) {
        answers.use(server);
        server.onClose(answers::close);
    }

    @Override
    public void routes(Routes routes) {
        routes.page(
                        "/",
                        () -> Page.of(
                                        Typewriter.class,
                                        "typewriter/typewriter.html",
                                        Map.of("en", "Typewriter", "zh", "打字机"))
                                .style("typewriter.css")
                                .script("typewriter.js"))
                .get("/typewriter.js", PageFile.file(Typewriter.class, "typewriter/typewriter.js"))
                .get("/typewriter.css", PageFile.file(Typewriter.class, "typewriter/typewriter.css"))
                .get(
                        "/model",
                        _ -> Response.json(Map.of("name", model.map(Model::name).orElse(""))))
                .post("/answers", this::ask);
    }

    private record QuestionBody(String question, String language) {}

    private Response ask(Request request) {
        Question question;
        try {
            QuestionBody body = request.json(QuestionBody.class);
            question = new Question(body.question, body.language);
        } catch (IllegalArgumentException | NullPointerException wrong) {
            return Response.problem(400, "The body is not a question. Send {\"question\":\"…\",\"language\":\"en\"}.");
        }
        return answers.begin(question)
                .map(id -> Response.json(Map.of("id", id, "channel", Answers.channel(id)))
                        .status(201))
                .orElseGet(() -> Response.problem(429, "Too many answers are in progress. Stop one, or wait.")
                        .header("Retry-After", "5"));
    }
}
