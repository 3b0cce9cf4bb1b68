package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An author keeps its lease for as long as it lives, and then writes its end, whatever becomes of its requests. */
@Timeout(600)
final class AuthorLeaseTest {
    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final String FROM_HUB = "Content-Type: application/problem+json";

    private final FakeTime time = new FakeTime();
    private final AtomicInteger posts = new AtomicInteger();
    private final AtomicInteger puts = new AtomicInteger();
    private ScriptedHub hub;
    private SluiceClient client;

    @BeforeEach
    void open() throws IOException {
        hub = new ScriptedHub();
        client = TestClients.client(hub, time);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        hub.close();
    }

    /** Answers as a hub does, but for these two. */
    private Author author(int post, ScriptedHub.Script insteadOfPost, int put, ScriptedHub.Script insteadOfPut)
            throws InterruptedException {
        hub.always((request, connection) -> {
            switch (request.method()) {
                case "HEAD" -> connection.send("HTTP/1.1 200 OK\r\nSluice-Cursor: c0\r\n\r\n");
                case "GET" -> {
                    connection.stream("text/event-stream", "");
                    connection.untilClientLeaves();
                }
                case "PUT" -> {
                    if (puts.incrementAndGet() == put) insteadOfPut.run(request, connection);
                    else connection.answer(204, "", "");
                }
                default -> {
                    if (posts.incrementAndGet() == post) insteadOfPost.run(request, connection);
                    else connection.answer(201, "", "{\"id\":\"c1\",\"channel\":\"a\"}");
                }
            }
        });
        return client.author("a", LEASE);
    }

    private ScriptedHub.Request next(String method) throws InterruptedException {
        while (true) {
            var request = hub.nextRequest();
            if (request.method().equals(method)) return request;
        }
    }

    private void renews() throws InterruptedException {
        time.timeOut(INTERVAL);
        assertThat(next("PUT").target()).isEqualTo("/leases/a?seconds=15");
    }

    private static ScriptedHub.Script none() {
        return (request, connection) -> {};
    }

    @Test
    void renewsAgainInTimeIfARenewalIsNotAnswered() throws Exception {
        var author = author(0, none(), 1, (request, connection) -> connection.untilClientLeaves());
        author.text("1");
        author.flush();

        renews();
        renews();

        assertThat(author.done().status()).isEqualTo("done");
    }

    @Test
    void renewsAgainIfTheTokenIsStale() throws Exception {
        var stale = TestClients.problem(401, "Expired.").replace("}", ",\"stale\":true}");
        renewsAgainAfter((request, connection) -> connection.answer(401, FROM_HUB, stale));
    }

    @Test
    void renewsAgainAfterATemporaryRefusal() throws Exception {
        renewsAgainAfter((request, connection) -> connection.answer(408, FROM_HUB, TestClients.problem(408, "Late.")));
    }

    @Test
    void renewsAgainAfterARefusalThatIsNotOfTheHub() throws Exception {
        renewsAgainAfter((request, connection) -> connection.answer(403, "Content-Type: text/html", "<p>Sign in</p>"));
    }

    private void renewsAgainAfter(ScriptedHub.Script refusal) throws Exception {
        var author = author(0, none(), 1, refusal);
        author.text("1");
        author.flush();

        renews();
        renews();

        assertThat(author.done().status()).isEqualTo("done");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void renewsWhileAnEventIsNotAnswered(int silent) throws Exception {
        var blackHole = new CompletableFuture<ScriptedHub.Connection>();
        var author = author(
                silent,
                (request, connection) -> {
                    blackHole.complete(connection);
                    connection.untilClientLeaves();
                },
                0,
                none());
        for (int n = 1; n < silent; n++) {
            author.text("before");
            author.flush();
            next("POST");
        }
        author.text("1");
        var first = next("POST");

        for (int n = 0; n < 4; n++) renews();
        blackHole.get(60, TimeUnit.SECONDS).cut();

        assertThat(author.done().status()).isEqualTo("done");
        assertThat(next("POST").header("Idempotency-Key")).isEqualTo(first.header("Idempotency-Key"));
    }

    @Test
    void renewsAfterTheClockIsSetBack() throws Exception {
        var author = author(0, none(), 0, none());
        author.text("1");
        author.flush();

        time.setBack(Duration.ofHours(1));

        for (int n = 0; n < 3; n++) renews();
        assertThat(author.done().status()).isEqualTo("done");
    }

    @Test
    void writesItsEndAlthoughMoreTextIsGivenBehindIt() throws Exception {
        var release = new CountDownLatch(1);
        var author = author(
                1,
                (request, connection) -> {
                    release.await();
                    connection.answer(201, "", "{\"id\":\"c1\",\"channel\":\"a\"}");
                },
                0,
                none());
        author.text("1");
        next("POST");
        time.awaitWait(INTERVAL);
        var ending = new FutureTask<End>(author::done);
        var thread = new Thread(ending);
        thread.start();
        while (thread.getState() != Thread.State.WAITING) Thread.onSpinWait(); // For the end, which it has appended.

        assertThat(author.text("late")).isFalse();
        release.countDown();

        assertThat(ending.get(60, TimeUnit.SECONDS).status()).isEqualTo("done");
        assertThat(next("POST").target()).contains("close=true");
    }

    @Test
    void doesNotBeginOnAClientThatIsClosedMeanwhile() throws Exception {
        hub.then((request, connection) -> connection.send("HTTP/1.1 200 OK\r\nSluice-Cursor: c0\r\n\r\n"));
        var closing = new AtomicReference<SluiceClient>();
        try (var meanwhile = TestClients.builder(hub, time)
                .threads(work -> {
                    closing.get().close(); // Between the subscription to the end and the author's own thread.
                    return new Thread(work);
                })
                .build()) {
            closing.set(meanwhile);
            assertThatThrownBy(() -> meanwhile.author("a", LEASE)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void endsAsFailedIfARenewalIsRefused() throws Exception {
        var author = author(
                0,
                none(),
                1,
                (request, connection) -> connection.answer(403, FROM_HUB, TestClients.problem(403, "Revoked.")));
        author.text("1");
        author.flush();
        next("POST");

        renews();

        assertThatThrownBy(() -> author.ended().get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(RefusedException.class);
        assertThat(next("POST").text()).contains("\"status\":\"failed\"");
        assertThat(author.text("2")).isFalse();
    }
}
