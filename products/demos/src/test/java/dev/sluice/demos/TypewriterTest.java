package dev.sluice.demos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.demos.typewriter.AnswerGenerator;
import dev.sluice.demos.typewriter.Answers;
import dev.sluice.demos.typewriter.ModelServer;
import dev.sluice.demos.typewriter.PreparedAnswer;
import dev.sluice.server.Browser;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The typewriter in a real browser. The test controls how many words the author writes, so "in the middle of
/// a sentence" is deterministic.
public final class TypewriterTest {
    private static final String PAPERS = "[...document.querySelectorAll('.paper')].map(each => each.textContent)";

    @AutoClose
    private static Browser browser;

    private final Semaphore words = new Semaphore(0);
    private final Semaphore stopped = new Semaphore(0);
    private ModelServer model;
    private Sluice app;

    @BeforeAll
    static void startBrowser() {
        browser = Browser.english();
    }

    @BeforeEach
    void start() throws IOException {
        model = new ModelServer(this::write);
        app = start(TestHub.inMemory().port(0), "/demos/typewriter", model.environment(""));
    }

    public static Sluice start(Sluice server, String prefix, Map<String, String> environment) {
        var typewriter = new Typewriter(environment);
        typewriter.use(server);
        if (prefix.isEmpty()) typewriter.routes(server);
        else server.mount(prefix, typewriter::routes);
        return server.start();
    }

    /// Writes the words `w0` to `w39`, each after acquiring a permit.
    private void write(ModelServer.Said said) throws IOException, InterruptedException {
        said.begin();
        try {
            for (int i = 0; i < 40; i++) {
                while (!words.tryAcquire(20, java.util.concurrent.TimeUnit.MILLISECONDS)) said.raw(": thinking\n\n");
                said.pieces("w" + i + " ");
            }
            said.done();
        } catch (IOException hungUp) {
            stopped.release();
        }
    }

    private static String text(int count) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) text.append("w").append(i).append(' ');
        return text.toString();
    }

    @AfterEach
    void stop() {
        List<String> complaints = browser.complaints();
        browser.open("about:blank");
        app.close();
        model.close();
        assertThat(complaints).isEmpty();
    }

    /// Opens the page, asks a question, and permits this many words.
    private void ask(int count) {
        browser.open(app.uri().resolve("/demos/typewriter/"));
        browser.await("!document.getElementById('question-label').hidden");
        words.release(count);
        browser.find("#question").sendKeys("Why?");
        browser.find("#write").click();
        awaitBoth(text(count));
    }

    private static void awaitBoth(String text) {
        browser.await(PAPERS + ".every(each => each === arguments[0])", text);
    }

    private static List<String> pieces() {
        return browser.texts(".pieces");
    }

    private static void awaitEnd() {
        browser.await("[...document.querySelectorAll('.columns .live')].every(each => each.dataset.state === 'ended')");
    }

    @Test
    void continuesAfterAReloadInTheMiddleOfASentence() {
        ask(1);
        for (int i = 2; i <= 15; i++) { // One by one, because events that arrive together may be joined.
            words.release();
            awaitBoth(text(i));
        }
        assertThat(pieces().getFirst()).isEqualTo("15");

        browser.run("location.reload()");
        browser.await(
                "document.readyState === 'complete' && document.querySelector('#sse .pieces').textContent === '1'");
        awaitBoth(text(15));
        assertThat(pieces()).containsExactly("1", "1");

        words.release(25);
        awaitBoth(text(40));
        awaitEnd();

        browser.run("location.reload()"); // A finished answer is delivered in one piece.
        browser.await(
                "document.readyState === 'complete' && document.querySelector('#sse .pieces').textContent === '1'");
        awaitBoth(text(40));
        awaitEnd();
    }

    @Test
    void showsTheSameAnswerInASecondTabAndToOtherClients() throws Exception {
        ask(10);
        String address = browser.find("#address").getText();
        try (var other = Browser.chinese();
                var http = HttpClient.newHttpClient()) {
            other.open(address).await(PAPERS + ".every(each => each === arguments[0])", text(10));
            assertThat(other.find("h1").getText()).isEqualTo("打字机");
            words.release(30);
            awaitBoth(text(40));
            awaitEnd();
            other.await(PAPERS + ".every(each => each === arguments[0])", text(40));
            assertThat(other.complaints()).isEmpty();

            String channel = address.replaceAll(".*#", "/channels/typewriter/");
            var request = HttpRequest.newBuilder(app.uri().resolve(channel + "?after=earliest&as=text"));
            assertThat(http.send(request.build(), BodyHandlers.ofString()).body())
                    .isEqualTo(text(40));
        }
    }

    @Test
    void stopsTheAuthorWhenTheChannelEnds() throws Exception {
        ask(7);
        browser.find("#stop").click();
        awaitEnd();
        stopped.acquire(); // The model has noticed the closed connection.
        assertThat(browser.run("return " + PAPERS)).isEqualTo(List.of(text(7), text(7)));
        assertThat(browser.find("#stop").isEnabled()).isFalse();

        ask(3); // The next answer is a new one.
    }

    @Test
    void stopsAllAuthorsWhenTheServerStops() throws Exception {
        ask(3);
        app.close();
        stopped.acquire();
        assertThat(app.running()).isZero();
    }

    @Test
    void reportsAnAnswerThatIsNoLongerAvailable() {
        browser.open(app.uri().resolve("/demos/typewriter/#none"));
        browser.await("document.getElementById('said').textContent.startsWith('The hub no longer has this answer')");
        assertThat(browser.find("#stop").isEnabled()).isFalse();
    }

    @Test
    void showsFailuresToTheReader() throws Exception {
        model.close();
        browser.open(app.uri().resolve("/demos/typewriter/"));
        browser.await("!document.getElementById('question-label').hidden");
        browser.find("#question").sendKeys("Why?");
        browser.find("#write").click();
        awaitBoth("The model can't be reached. Check SLUICE_MODEL_URL, and whether its server runs.");
        assertThat(browser.texts("#sse .trouble")).hasSize(1);
        awaitEnd();
    }

    @Test
    void writesThePreparedTextInBothLanguages() throws Exception {
        for (String language : List.of("en", "zh")) {
            var said = new StringBuilder();
            new PreparedAnswer(java.time.Duration.ZERO)
                    .write(new AnswerGenerator.Question("", language), piece -> said.append(piece) != null);
            assertThat(said.toString()).isEqualTo(PreparedAnswer.text(language)).hasSizeGreaterThan(300);
            assertThat(PreparedAnswer.pieces(PreparedAnswer.text(language))).hasSizeGreaterThan(150);
        }
    }

    @Test
    void limitsAnswersInProgress() throws Exception {
        try (var http = HttpClient.newHttpClient();
                var other = start(TestHub.inMemory().port(0), "", Map.of())) {
            for (int i = 0; i < 8; i++) assertThat(post(http, other)).isEqualTo(201);
            assertThat(post(http, other)).isEqualTo(429);
        }
    }

    @Test
    void deletesTheOldestAnswers() {
        AnswerGenerator brief = (_, paper) -> assertThat(paper.add("x")).isTrue();
        String first;
        try (var answers = new Answers(brief)) {
            answers.use(app);
            first = answers.begin(new AnswerGenerator.Question("", "en")).orElseThrow();
            awaitText(first, "x");
            for (int i = 0; i < 32; i++) {
                awaitText(answers.begin(new AnswerGenerator.Question("", "en")).orElseThrow(), "x");
            }
        } // close() waits until all of them have finished.
        assertThat(app.channel(Answers.channel(first)).latest()).isEmpty();
    }

    /// Reads an answer to its end.
    private void awaitText(String id, String text) {
        try (var http = HttpClient.newHttpClient()) {
            var uri = app.uri().resolve("/channels/" + Answers.channel(id) + "?after=earliest&as=text");
            var request = HttpRequest.newBuilder(uri).build();
            assertThat(http.send(request, BodyHandlers.ofString()).body()).isEqualTo(text);
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    private static int post(HttpClient http, Sluice app) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(app.uri().resolve("/answers"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"question\":\"\",\"language\":\"en\"}"));
        return http.send(request.build(), BodyHandlers.ofString()).statusCode();
    }
}
