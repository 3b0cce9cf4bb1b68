package dev.sluice.client;

import static dev.sluice.client.TestClients.problem;
import static dev.sluice.client.TestClients.sseEvent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client of several nodes: which failures make it go to another one, and what it takes there. */
@Timeout(600)
final class HubNodesTest {
    private static final ScriptedHub.Script ACCEPTED =
            (request, connection) -> connection.answer(201, "", "{\"id\":\"c1\",\"channel\":\"a\"}");

    private final FakeTime time = new FakeTime();
    private ScriptedHub one;
    private ScriptedHub other;
    private SluiceClient client;

    @BeforeEach
    void open() throws IOException {
        one = new ScriptedHub();
        other = new ScriptedHub();
        client = TestClients.builder(one, time).nodes(List.of(other.uri())).build();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        one.close();
        other.close();
    }

    @Test
    void repeatsAPublishAtTheNextNodeWithTheSameKeyAndStaysThere() throws Exception {
        one.then((request, connection) -> connection.cut());
        other.then(ACCEPTED).then(ACCEPTED);

        client.publish(Publication.text("a", "one"));
        client.publish(Publication.text("a", "two"));

        var cut = one.nextRequest();
        var repeated = other.nextRequest();
        assertThat(repeated.target()).isEqualTo(cut.target());
        assertThat(repeated.text()).isEqualTo("one");
        assertThat(repeated.header("Idempotency-Key")).isEqualTo(cut.header("Idempotency-Key"));
        assertThat(other.nextRequest().text()).isEqualTo("two");
    }

    @Test
    void goesOnWhereANodeCanNotServe() throws Exception {
        one.then((request, connection) -> connection.answer(503, "Retry-After: 3600", problem(503, "no leader")));
        other.then(ACCEPTED);

        client.publish(Publication.text("a", "one"));

        assertThat(time.nextPause()).isLessThan(Duration.ofSeconds(3_600));
        assertThat(one.nextRequest().header("Idempotency-Key"))
                .isEqualTo(other.nextRequest().header("Idempotency-Key"));
    }

    @Test
    void doesNotEvadeARefusalOrARateLimitAtAnotherNode() throws Exception {
        one.then((request, connection) -> connection.answer(429, "Retry-After: 1", problem(429, "slowly")));
        one.then((request, connection) -> connection.answer(403, "", problem(403, "not granted")));

        assertThatThrownBy(() -> client.publish(Publication.text("a", "one"))).isInstanceOf(RefusedException.class);
    }

    @Test
    void resumesAtTheNextNodeAfterTheLastEvent() throws Exception {
        one.then((request, connection) -> {
            connection.sse("id: c0\n\n" + sseEvent("c1", "\"one\""));
            connection.cut();
        });
        other.then((request, connection) -> connection.answer(204, "", ""));

        List<String> texts = new ArrayList<>();
        for (var message : client.subscribe(SubscribeRequest.to("a"))) texts.add(((Event) message).text());

        assertThat(texts).containsExactly("one");
        assertThat(one.nextRequest().header("Last-Event-ID")).isNull();
        assertThat(other.nextRequest().header("Last-Event-ID")).isEqualTo("c1");
    }

    @Test
    void comesBackToTheFirstNodeAfterTheLast() throws Exception {
        one.then((request, connection) -> connection.cut());
        other.then((request, connection) -> connection.cut());
        one.then(ACCEPTED);

        client.publish(Publication.text("a", "one"));

        assertThat(one.nextRequest().text()).isEqualTo("one");
        assertThat(other.nextRequest().text()).isEqualTo("one");
        assertThat(one.nextRequest().text()).isEqualTo("one");
    }

    @Test
    void asksAnotherNodeWhereOneIsGone() throws Exception {
        try (var gone = new ClosedPort();
                var also = new ClosedPort();
                var asking = SluiceClient.builder(gone.uri())
                        .nodes(List.of(also.uri(), other.uri()))
                        .build()) {
            other.then((request, connection) -> connection.answer(200, "Sluice-Cursor: c1", ""));
            assertThat(asking.head("a").cursor()).isEqualTo("c1");
            assertThat(other.nextRequest().method()).isEqualTo("HEAD");
        }
    }

    @Test
    void renewsALeaseAtTheNextNodeWhereOneIsCutOff() throws Exception {
        one.always((request, connection) -> {
            switch (request.method()) {
                case "HEAD" -> connection.answer(200, "Sluice-Cursor: c0", "");
                case "GET" -> {
                    connection.stream("text/event-stream", "");
                    connection.untilClientLeaves();
                }
                case "PUT" -> connection.answer(503, "Retry-After: 3600", problem(503, "no leader"));
                default -> ACCEPTED.run(request, connection);
            }
        });
        other.then((request, connection) -> connection.answer(204, "", ""));
        var lease = Duration.ofSeconds(15);

        try (var author = client.author("a", lease)) {
            author.text("one");
            author.flush();
            time.timeOut(lease.dividedBy(3));

            assertThat(other.nextRequest().target()).isEqualTo("/leases/a?seconds=15");
        }
    }

    @Test
    void refusesNodesOfAnotherScheme() {
        assertThatThrownBy(() -> SluiceClient.builder(one.uri()).nodes(List.of(URI.create("https://push.example"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("all https");
    }
}
