package dev.sluice.client;

import static dev.sluice.client.TestClients.problem;
import static dev.sluice.client.TestClients.sseEvent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
final class StaleTokenTest {
    private static final String STALE = problem(401, "It has expired.").replace("}", ",\"stale\":\"expired\"}");

    private final FakeTime time = new FakeTime();
    private final Queue<String> tokens = new ConcurrentLinkedQueue<>();
    private ScriptedHub hub;
    private SluiceClient client;

    @BeforeEach
    void open() throws IOException {
        hub = new ScriptedHub();
        client = TestClients.builder(hub, time).token(tokens::remove).build();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        hub.close();
    }

    @Test
    void asksForAnotherTokenWithGrowingPausesWhileTheHubRefusesAStaleOne() throws Exception {
        tokens.addAll(List.of("1", "2", "3", "4", "5", "6"));
        for (int i = 0; i < 5; i++) hub.then((request, connection) -> connection.answer(401, "", STALE));
        hub.then((request, connection) -> connection.answer(201, "", "{\"id\":\"c1\",\"channel\":\"a\"}"));

        assertThat(client.publish(Publication.text("a", "one")).id()).isEqualTo("c1");

        assertThat(time.pauses.stream().reduce(Duration.ZERO, Duration::plus)).isGreaterThan(Duration.ofSeconds(30));
        assertThat(tokens).isEmpty();
    }

    @Test
    void replacesTheTokenOfEachStreamThatARevocationEnds() throws Exception {
        int streams = 6; // One more than the tokens that one stream may replace.
        tokens.addAll(Collections.nCopies(2 * streams + 1, "any"));
        var open = new CountDownLatch(streams);
        var revoked = new CountDownLatch(1);
        var back = new CountDownLatch(1);
        for (int i = 0; i < streams; i++) {
            hub.then((request, connection) -> {
                connection.sse(sseEvent("c1", "1"));
                revoked.await();
                connection.chunk(
                        "event: sluice.error\ndata: {\"title\":\"Revoked\",\"status\":401,\"retry\":false}\n\n");
                connection.endOfBody();
            });
        }
        hub.always((request, connection) -> {
            back.await();
            connection.answer(204, "", "");
        });

        var followers = Stream.generate(() -> client.follow(SubscribeRequest.to("a"), message -> open.countDown()))
                .limit(streams)
                .toList();
        open.await();
        revoked.countDown();
        for (int i = 0; i < 2 * streams; i++) hub.nextRequest();
        back.countDown();

        for (var follower : followers) assertThat(follower.ended()).succeedsWithin(Duration.ofSeconds(60));
    }

    @Test
    void givesUpOnTheSecondTokenThatIsNotStale() throws Exception {
        tokens.addAll(List.of("1", "2"));
        hub.then((request, connection) -> connection.answer(401, "", problem(401, "Its signature is wrong.")));
        hub.then((request, connection) -> connection.answer(401, "", problem(401, "Its signature is wrong.")));

        assertThatThrownBy(() -> client.publish(Publication.text("a", "one"))).isInstanceOf(RefusedException.class);
        assertThat(tokens).isEmpty();

        tokens.add("3");
        hub.then((request, connection) -> connection.answer(401, "", problem(401, "Its signature is wrong.")));
        hub.then((request, connection) -> connection.answer(201, "", "{\"id\":\"c1\",\"channel\":\"a\"}"));
        assertThat(client.publish(Publication.text("a", "two")).id()).isEqualTo("c1");
    }

    @Test
    void trimsATokenAndRepeatsNoneThatCannotBeSent() throws Exception {
        tokens.addAll(List.of("sec\nret", " good\n"));
        hub.then((request, connection) -> connection.answer(201, "", "{\"id\":\"c1\",\"channel\":\"a\"}"));

        client.publish(Publication.text("a", "one"));

        assertThat(hub.nextRequest().header("Authorization")).isEqualTo("Bearer good");
        tokens.addAll(List.of("sec\nret"));
        hub.then((request, connection) -> connection.answer(401, "", STALE));
        assertThatThrownBy(() -> client.head("a"))
                .isInstanceOf(SluiceException.class)
                .hasMessageNotContaining("sec");
    }
}
