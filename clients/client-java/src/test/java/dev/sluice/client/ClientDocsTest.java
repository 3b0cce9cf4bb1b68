package dev.sluice.client;

import static dev.sluice.client.TestClients.problem;
import static dev.sluice.client.TestClients.sseEvent;
import static dev.sluice.client.TestClients.sseWord;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.docs.Examples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's page shows the {@link Examples} and nothing else, and they do what it says. */
@Timeout(600)
final class ClientDocsTest {
    private static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("(?m)^```(\\w+)\n(.*?)^```$", Pattern.DOTALL);
    private static final Pattern REGION =
            Pattern.compile("( *)// @start region=\"(\\w+)\"\n(.*?) *// @end", Pattern.DOTALL);

    private final List<String> log = new ArrayList<>();
    private ScriptedHub hub;
    private SluiceClient client;

    @BeforeEach
    void open() throws IOException {
        hub = new ScriptedHub();
        client = TestClients.client(hub, new FakeTime());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        hub.close();
    }

    private static String read(String path) throws IOException {
        return Files.readString(PROJECT.resolve(path));
    }

    private static List<String> blocks(String page, String language) throws IOException {
        return BLOCK.matcher(read(page))
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    private static List<String> examples() throws IOException {
        return REGION.matcher(read("clients/client-java/src/test/java/dev/sluice/client/docs/Examples.java"))
                .results()
                .map(region -> region.group(3).stripTrailing().stripIndent() + "\n")
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/client-java.md", "docs/client-java.zh-CN.md"})
    void thePageShowsTheExamples(String page) throws IOException {
        assertThat(blocks(page, "java")).containsExactlyInAnyOrderElementsOf(examples());
        assertThat(blocks(page, "xml"))
                .singleElement()
                .asString()
                .contains("<artifactId>sluice-client</artifactId>", found("pom.xml", "<version>[^<]+</version>"));
    }

    @Test
    void thePagesShowTheSameInBothLanguages() throws IOException {
        for (var language : List.of("java", "xml", "sh")) {
            assertThat(blocks("docs/client-java.zh-CN.md", language))
                    .isEqualTo(blocks("docs/client-java.md", language));
        }
    }

    private static String found(String path, String pattern) throws IOException {
        var matcher = Pattern.compile(pattern).matcher(read(path));
        assertThat(matcher.find()).isTrue();
        return matcher.group();
    }

    @Test
    void publishes(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("app.log"), "one\ntwo\n");
        hub.then((request, connection) -> connection.answer(201, "", "{\"id\":\"c1\",\"channel\":\"orders\"}"));
        hub.then((request, connection) -> connection.json("{\"count\":2,\"last\":\"c3\"}"));
        // The two lines may go up in one request or, if the first is faster, in two.
        hub.always((request, connection) ->
                connection.json("{\"count\":" + request.text().lines().count() + ",\"last\":\"c5\"}"));

        Examples.publish(client);
        Examples.publishAll(client);
        Examples.publishLines(client, file);

        assertThat(hub.nextRequest().target()).isEqualTo("/channels/orders?type=created&key=1042");
        assertThat(hub.nextRequest().target()).isEqualTo("/channels?atomic=true");
        assertThat(hub.nextRequest().target()).isEqualTo("/channels/logs/app?type=log&split=line");
    }

    @Test
    void publishesLaterAndSaysWhatFailed() throws Exception {
        hub.then((request, connection) -> connection.answer(409, "", problem(409, "It has ended.")));
        var said = new LinkedBlockingQueue<String>();

        Examples.publishLater(client, said::add);

        assertThat(said.poll(60, TimeUnit.SECONDS)).isEqualTo("not published: 409 No: It has ended.");
        Examples.stop(client);
    }

    @Test
    void publishesIfNothingChanged() throws Exception {
        hub.then((request, connection) ->
                connection.answer(412, "Sluice-Latest: c9", problem(412, "It is another one.")));

        Examples.publishIfUnchanged(client, "c1", log::add);

        assertThat(log).containsExactly("somebody was quicker: c9");
        assertThat(hub.nextRequest().header("If-Match")).isEqualTo("\"c1\"");
    }

    @Test
    void tellsWhatBecameOfAPublish() throws Exception {
        hub.then((request, connection) -> connection.answer(422, "", problem(422, "Use a new key.")));

        Examples.errors(client, log::add);

        assertThat(log).containsExactly("not published: 422 No: Use a new key.");
        assertThat(hub.nextRequest().header("Idempotency-Key")).isEqualTo("payment-4711");
    }

    @Test
    void tellsThatAPublishMayHaveArrived() throws Exception {
        hub.always((request, connection) -> connection.cut());

        Examples.errors(client, log::add);

        assertThat(log).containsExactly("perhaps published: publish again with the same key");
    }

    @Test
    void readsEventsAndGapsInALoop() throws Exception {
        hub.then((request, connection) -> {
            connection.sse("id: c0\n\n" + sseEvent("c1", "\"one\"")
                    + sseWord("gap", "c5", "{\"after\":\"c1\",\"resume\":\"c5\",\"reason\":\"trimmed\"}"));
            connection.cut();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));

        Examples.subscribe(client, event -> log.add(event.text()), gap -> log.add(gap.reason() + ""));

        assertThat(log).containsExactly("one", "TRIMMED");
        assertThat(hub.nextRequest().target()).startsWith("/channels?name=orders&name=audit%2F**&since=3600s");
        assertThat(hub.nextRequest().header("Last-Event-ID")).isEqualTo("c5");
    }

    @Test
    void followsInTheBackground() throws Exception {
        hub.then((request, connection) -> {
            connection.sse("id: c0\n\n" + sseEvent("c1", "\"one\""));
            connection.cut();
        });
        hub.then((request, connection) ->
                connection.answer(400, "Content-Type: application/problem+json", problem(400, "No such thing.")));
        var said = new LinkedBlockingQueue<String>();

        try (var follower = Examples.follow(client, event -> said.add(event.text()), said::add)) {
            assertThat(said.poll(60, TimeUnit.SECONDS)).isEqualTo("one");
            assertThat(said.poll(60, TimeUnit.SECONDS)).isEqualTo("orders ended: 400 No: No such thing.");
            assertThat(follower.ended()).failsWithin(Duration.ofSeconds(60));
        }
    }

    @Test
    void resumesFromAFile(@TempDir Path folder) throws Exception {
        var place = folder.resolve("place");
        hub.then((request, connection) -> {
            connection.sse("id: c0\n\n" + sseEvent("c1", "\"one\""));
            connection.cut();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));
        hub.then((request, connection) -> connection.answer(204, "", ""));

        Examples.resume(client, place, message -> log.add(((Event) message).text()));
        Examples.resume(client, place, message -> log.add("nothing more"));

        assertThat(log).containsExactly("one");
        assertThat(hub.nextRequest().target()).startsWith("/channels/orders?after=earliest");
        assertThat(hub.nextRequest().header("Last-Event-ID")).isEqualTo("c1");
        assertThat(hub.nextRequest().target()).startsWith("/channels/orders?after=c1");
    }

    @Test
    void saysWhatHappensToTheConnection() throws Exception {
        hub.then((request, connection) -> {
            connection.sse("id: c0\n\n");
            connection.cut();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));

        try (var messages = Examples.statuses(client, log::add)) {
            assertThat(messages).isEmpty();
        }

        assertThat(log).hasSize(2).first().isEqualTo("connected over SSE");
        assertThat(log.get(1)).contains(", again in PT");
    }

    @Test
    void buildsWhatIsAskedFor() {
        try (var configured = Examples.configured()) {
            assertThat(configured).isNotNull();
        }
        assertThat(Examples.transport().transport()).isEqualTo(Transport.LONG_POLL);
    }
}
