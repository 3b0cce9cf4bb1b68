package dev.sluice.demos.typewriter;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.demos.Program;
import dev.sluice.demos.page.Page;
import dev.sluice.demos.typewriter.Author.Question;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Streams answers as an AI assistant types them. Whoever asks starts an author, which publishes piece by piece
/// to a channel of its own; the page reads that channel over SSE and over `fetch`, from its beginning, however
/// often it is loaded and on however many devices. Ending the channel stops the author.
public final class Typewriter implements Program {
    private static final int PORT = 3001;

    /// About as fast as a model on a good day.
    private static final Duration PAUSE = Duration.ofMillis(50);

    /// How long a model may say nothing.
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Optional<Model> model;
    private final Answers answers;

    /// With the model of this process's environment, or a prepared text if that names none.
    ///
    /// @throws InvalidModel if it names one, but not as it should
    public Typewriter() {
        this(System.getenv());
    }

    Typewriter(Map<String, String> environment) {
        model = Model.of(environment);
        answers = new Answers(model.<Author>map(it -> new Relay(it, PATIENCE)).orElse(new Prepared(PAUSE)));
    }

    @Override
    public Sluice server() {
        return Sluice.inMemory().port(PORT);
    }

    /// The channels are those of the server's hub, and its end is the authors' too.
    @Override
    public void use(Sluice server) {
        answers.use(server);
        server.onClose(answers::close);
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/", Page.html(Typewriter.class, "typewriter.html"))
                .get("/typewriter.js", Page.file(Typewriter.class, "typewriter.js"))
                .get("/typewriter.css", Page.file(Typewriter.class, "typewriter.css"))
                .get(
                        "/model",
                        _ -> Response.json(Map.of("name", model.map(Model::name).orElse(""))))
                .post("/answers", this::ask);
    }

    private record Asked(String question, String language) {}

    private Response ask(Request request) {
        Question question;
        try {
            Asked asked = request.json(Asked.class);
            question = new Question(asked.question, asked.language);
        } catch (IllegalArgumentException | NullPointerException wrong) {
            return problem(400, "This is no question: send {\"question\":\"…\",\"language\":\"en\"}.");
        }
        return answers.begin(question)
                .map(id -> Response.json(Map.of("id", id, "channel", Answers.channel(id)))
                        .status(201))
                .orElseGet(() -> problem(429, "Enough answers are being written. Stop one, or wait.")
                        .header("Retry-After", "5"));
    }

    private static Response problem(int status, String detail) {
        return Response.of(
                        "application/problem+json",
                        Response.json(Map.of("status", status, "detail", detail))
                                .body())
                .status(status);
    }
}
