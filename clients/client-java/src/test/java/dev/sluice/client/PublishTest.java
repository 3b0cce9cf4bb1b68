package dev.sluice.client;

import static dev.sluice.client.TestClients.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
final class PublishTest {
    private static final String FROM_HUB = "Content-Type: application/problem+json";
    private static final ScriptedHub.Script ACCEPTED =
            (request, connection) -> connection.answer(201, "", "{\"id\":\"c1\",\"channel\":\"a\"}");

    private final FakeTime time = new FakeTime();
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

    @Test
    void publishesAlthoughTheProgramBlocksTheCommonPool() throws Exception {
        hub.then(ACCEPTED);
        var blocked = new CountDownLatch(ForkJoinPool.getCommonPoolParallelism());
        var published = new CountDownLatch(1);
        for (long i = blocked.getCount(); i > 0; i--) {
            ForkJoinPool.commonPool().execute(() -> {
                blocked.countDown();
                awaitUncompensated(published);
            });
        }
        try {
            blocked.await();
            assertThat(client.publish(Publication.text("a", "x")).id()).isEqualTo("c1");
        } finally {
            published.countDown();
        }
    }

    private static void awaitUncompensated(CountDownLatch latch) {
        try {
            latch.await(); // Unlike a future, a latch makes the pool start no other thread.
        } catch (InterruptedException reason) {
            throw new AssertionError(reason);
        }
    }

    @Test
    void sendsAllOptionsOfAPublish() throws Exception {
        hub.then(ACCEPTED);

        var published = client.publish(Publication.text("a/é", "grün")
                .type("greeting")
                .key("k 1")
                .closing()
                .ifMatch("c0")
                .idempotencyKey("mine"));

        assertThat(published).isEqualTo(new Published("c1", "a", false));
        var request = hub.nextRequest();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/channels/a/%C3%A9?type=greeting&key=k%201&close=true");
        assertThat(request.text()).isEqualTo("grün");
        assertThat(request.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(request.header("If-Match")).isEqualTo("\"c0\"");
        assertThat(request.header("If-None-Match")).isNull();
        assertThat(request.header("Idempotency-Key")).isEqualTo("mine");
    }

    @Test
    void publishesJsonBytesEndsAndRemovals() throws Exception {
        hub.then(ACCEPTED).then(ACCEPTED).then(ACCEPTED).then(ACCEPTED);

        client.publish(Publication.json("a", "{ }").ifNoneMatch());
        client.publish(Publication.bytes("a", new byte[] {1, 2}, "image/png"));
        client.publish(Publication.end("a"));
        client.publish(Publication.removal("a", "k"));

        var json = hub.nextRequest();
        assertThat(json.text()).isEqualTo("{ }");
        assertThat(json.header("Content-Type")).isEqualTo("application/json");
        assertThat(json.header("If-None-Match")).isEqualTo("*");
        var bytes = hub.nextRequest();
        assertThat(bytes.body()).containsExactly(1, 2);
        assertThat(bytes.header("Content-Type")).isEqualTo("image/png");
        var end = hub.nextRequest();
        assertThat(end.target()).isEqualTo("/channels/a?close=true");
        assertThat(end.body()).isEmpty();
        assertThat(hub.nextRequest().target()).isEqualTo("/channels/a?key=k&remove=true");
    }

    @Test
    void retriesWithTheSameKeyAfterALostAnswer() throws Exception {
        hub.then((request, connection) -> connection.cut());
        hub.then((request, connection) -> {
            connection.send("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"id\"");
            connection.cut();
        });
        hub.then((request, connection) ->
                connection.answer(201, "Idempotent-Replay: true", "{\"id\":\"c1\",\"channel\":\"a\"}"));
        hub.then(ACCEPTED);

        assertThat(client.publish(Publication.text("a", "one")).isReplay()).isTrue();
        client.publish(Publication.text("a", "two"));

        var first = hub.nextRequest();
        for (int n = 0; n < 2; n++) {
            var again = hub.nextRequest();
            assertThat(again.header("Idempotency-Key")).isEqualTo(first.header("Idempotency-Key"));
            assertThat(again.text()).isEqualTo("one");
        }
        assertThat(hub.nextRequest().header("Idempotency-Key")).isNotEqualTo(first.header("Idempotency-Key"));
    }

    @Test
    void retriesTemporaryFailuresAfterTheRequestedDelay() throws Exception {
        for (int status : new int[] {408, 425, 429, 500, 502, 503, 504}) {
            hub.then((request, connection) -> connection.answer(status, "Retry-After: 2", ""));
        }
        hub.then(ACCEPTED);

        client.publish(Publication.text("a", "one"));

        assertThat(time.pauses)
                .hasSize(7)
                .allSatisfy(pause -> assertThat(pause).isGreaterThanOrEqualTo(Duration.ofSeconds(2)));
    }

    @Test
    void reportsPermanentRefusalsImmediately() {
        for (int status : new int[] {400, 401, 403, 404, 409, 412, 413, 415, 422, 501}) {
            hub.then((request, connection) ->
                    connection.answer(status, "Sluice-Latest: c9", problem(status, "Change it.")));

            assertThatThrownBy(() -> client.publish(Publication.text("a", "one")))
                    .isInstanceOfSatisfying(RefusedException.class, refused -> {
                        assertThat(refused.problem().status()).isEqualTo(status);
                        assertThat(refused.latest()).contains("c9");
                    });
        }
        assertThat(time.pauses).isEmpty();
    }

    @Test
    void publishesInOrderAfterARetriedEvent() throws Exception {
        hub.then((request, connection) -> connection.answer(503, "", ""));
        hub.always(ACCEPTED);

        var results = List.of(
                client.publishLater(Publication.text("a", "one")),
                client.publishLater(Publication.text("b", "two")),
                client.publishLater(Publication.text("a", "three")));
        for (var result : results) result.get(60, TimeUnit.SECONDS);

        assertThat(List.of(
                        hub.nextRequest().text(),
                        hub.nextRequest().text(),
                        hub.nextRequest().text(),
                        hub.nextRequest().text()))
                .containsExactly("one", "one", "two", "three");
    }

    @Test
    void continuesAfterARefusal() throws Exception {
        hub.then((request, connection) -> connection.answer(409, "", ""));
        hub.then(ACCEPTED);

        var refused = client.publishLater(Publication.text("a", "one"));
        var accepted = client.publishLater(Publication.text("b", "two"));

        assertThat(accepted.get(60, TimeUnit.SECONDS).id()).isEqualTo("c1");
        assertThatThrownBy(refused::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(RefusedException.class);
    }

    @Test
    void continuesAfterAnErrorOfTheTokenSource() throws Exception {
        hub.then(ACCEPTED);
        var isBroken = new AtomicBoolean(true);
        try (var broken = TestClients.builder(hub, time)
                .token(() -> {
                    if (isBroken.getAndSet(false)) throw new NoClassDefFoundError("a.Login");
                    return "token";
                })
                .build()) {
            var failed = broken.publishLater(Publication.text("a", "one"));
            assertThatThrownBy(() -> failed.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(NoClassDefFoundError.class);
            assertThat(broken.publishLater(Publication.text("a", "two"))
                            .get(60, TimeUnit.SECONDS)
                            .id())
                    .isEqualTo("c1");
        }
    }

    @Test
    void givesUpAfterRetryFor() {
        hub.always(
                (request, connection) -> connection.answer(503, FROM_HUB + "\nRetry-After: 50", problem(503, "Full.")));

        assertThatThrownBy(() -> client.publish(Publication.text("a", "one")))
                .isInstanceOfSatisfying(UnreachableException.class, gaveUp -> {
                    assertThat(gaveUp.mayHaveArrived()).isFalse();
                    assertThat(gaveUp).hasMessageContaining("Full.");
                });
        assertThat(time.pauses).hasSize(4); // Each slightly longer than 50 s, within 4 min.
    }

    @Test
    void givesUpAfterRetryForAlthoughTheClockIsSetBack() {
        var left = new AtomicInteger(20);
        hub.always((request, connection) -> {
            time.setBack(Duration.ofSeconds(51));
            if (left.getAndDecrement() > 0) connection.answer(503, "Retry-After: 50", problem(503, "Full."));
            else ACCEPTED.run(request, connection);
        });

        assertThatThrownBy(() -> client.publish(Publication.text("a", "one"))).isInstanceOf(UnreachableException.class);
        assertThat(time.pauses).hasSize(4);
    }

    @Test
    void givesUpAfterRetryForAlthoughTheComputerSleepsAmidIt() {
        hub.always((request, connection) -> {
            time.sleep(Duration.ofSeconds(50));
            connection.answer(503, "Retry-After: 50", problem(503, "Full."));
        });

        assertThatThrownBy(() -> client.publish(Publication.text("a", "one"))).isInstanceOf(UnreachableException.class);
        assertThat(time.pauses).hasSize(2);
    }

    @Test
    void givesUpOnEventsThatWaitedForRetryForBehindOneThatTheHubDidNotTake() throws Exception {
        var release = new CountDownLatch(1);
        hub.then((request, connection) -> {
            release.await();
            time.sleep(Duration.ofMinutes(5));
            connection.answer(503, FROM_HUB, problem(503, "Full."));
        });
        hub.then(ACCEPTED);
        var waiting = List.of(
                client.publishLater(Publication.text("a", "one")),
                client.publishLater(Publication.text("a", "two")),
                client.publishLater(Publication.text("a", "three")));
        release.countDown();

        for (var result : waiting) assertThat(mayHaveArrived(result)).isFalse();

        client.publish(Publication.text("a", "four"));
        assertThat(hub.nextRequest().text()).isEqualTo("one");
        assertThat(hub.nextRequest().text()).isEqualTo("four");
    }

    @Test
    void reportsThatAnEventMayHaveArrived() {
        hub.always((request, connection) -> connection.cut());

        assertThatThrownBy(() -> client.publish(Publication.text("a", "one")))
                .isInstanceOfSatisfying(
                        UnreachableException.class,
                        gaveUp -> assertThat(gaveUp.mayHaveArrived()).isTrue());
    }

    @Test
    void reportsThatAnEventMayHaveArrivedIfTheHubDoesNotKnowTheOutcome() {
        var unknown = problem(503, "It may still be carried out.").replace("/problems/x", "/problems/log-failed");
        hub.then((request, connection) -> connection.answer(503, FROM_HUB, unknown));
        hub.always((request, connection) -> connection.answer(503, FROM_HUB, problem(503, "Full.")));

        assertThatThrownBy(() -> client.publish(Publication.text("a", "one")))
                .isInstanceOfSatisfying(
                        UnreachableException.class,
                        gaveUp -> assertThat(gaveUp.mayHaveArrived()).isTrue());
    }

    @Test
    void reportsThatAnEventMayHaveArrivedBehindAGateway() {
        hub.always((request, connection) -> connection.answer(503, "", "upstream reset"));

        assertThatThrownBy(() -> client.publish(Publication.text("a", "one")))
                .isInstanceOfSatisfying(
                        UnreachableException.class,
                        gaveUp -> assertThat(gaveUp.mayHaveArrived()).isTrue());
    }

    @Test
    void reportsThatAnEventMayHaveArrivedBeforeItsTokenWasRefused() {
        for (int status : new int[] {401, 403}) {
            assertThat(mayHaveArrivedAfterALostAnswer(status)).isTrue();
        }
    }

    @Test
    void reportsThatNoEarlierAttemptSucceededIfTheHubRefusesTheEvent() {
        assertThat(mayHaveArrivedAfterALostAnswer(412)).isFalse();
    }

    /** Refuses the repeat of an event with this status. */
    private boolean mayHaveArrivedAfterALostAnswer(int status) {
        hub.then((request, connection) -> connection.cut());
        hub.then((request, connection) -> connection.answer(status, FROM_HUB, problem(status, "No.")));
        return catchThrowableOfType(RefusedException.class, () -> client.publish(Publication.text("a", "one")))
                .mayHaveArrived();
    }

    @Test
    void reportsThatAnEventCannotHaveArrived() throws Exception {
        try (var nobody = new ClosedPort();
                var client = SluiceClient.builder(nobody.uri())
                        .time(time, new Random(7))
                        .build()) {
            assertThatThrownBy(() -> client.publish(Publication.text("a", "one")))
                    .isInstanceOfSatisfying(
                            UnreachableException.class,
                            gaveUp -> assertThat(gaveUp.mayHaveArrived()).isFalse());
        }
    }

    @Test
    void retriesIfAnAnswerTimesOut() throws Exception {
        hub.then((request, connection) -> connection.untilClientLeaves());
        hub.then(ACCEPTED);

        var result = client.publishLater(Publication.text("a", "one"));
        hub.nextRequest();
        time.timeOut(Duration.ofSeconds(30));

        assertThat(result.get(60, TimeUnit.SECONDS).id()).isEqualTo("c1");
    }

    @Test
    void refusesEventsBeyondItsSendBuffer() throws Exception {
        var release = new CountDownLatch(1);
        hub.then((request, connection) -> {
            release.await();
            ACCEPTED.run(request, connection);
        });
        hub.always(ACCEPTED);
        try (var small = TestClients.builder(hub, time).keptBytesMax(10_000).build()) {
            var first = small.publishLater(Publication.text("a", "x".repeat(4000)));
            var second = small.publishLater(Publication.text("a", "y".repeat(3000)));

            assertThatThrownBy(() -> small.publishLater(Publication.text("a", "z".repeat(3000))))
                    .isInstanceOf(BufferFullException.class);

            release.countDown();
            first.get(60, TimeUnit.SECONDS);
            second.get(60, TimeUnit.SECONDS);
            assertThat(small.flush(Duration.ofSeconds(20))).isTrue();
            small.publish(Publication.text("a", "z".repeat(3000)));
        }
    }

    @Test
    void doesNotSendACancelledEvent() throws Exception {
        var release = new CountDownLatch(1);
        hub.then((request, connection) -> {
            release.await();
            ACCEPTED.run(request, connection);
        });
        hub.then(ACCEPTED);
        var first = client.publishLater(Publication.text("a", "one"));
        var withdrawn = client.publishLater(Publication.text("a", "two"));
        var last = client.publishLater(Publication.text("a", "three"));

        withdrawn.cancel(false);
        release.countDown();
        first.get(60, TimeUnit.SECONDS);
        last.get(60, TimeUnit.SECONDS);

        assertThat(hub.nextRequest().text()).isEqualTo("one");
        assertThat(hub.nextRequest().text()).isEqualTo("three");
    }

    @Test
    void failsPendingEventsWhenClosed() throws Exception {
        hub.then((request, connection) -> connection.untilClientLeaves());
        var sending = client.publishLater(Publication.text("a", "one"));
        var waiting = client.publishLater(Publication.text("a", "two"));
        hub.nextRequest();

        client.close();

        assertThat(mayHaveArrived(sending)).isTrue();
        assertThat(mayHaveArrived(waiting)).isFalse();
        assertThatThrownBy(() -> client.publishLater(Publication.text("a", "three")))
                .isInstanceOf(IllegalStateException.class);
    }

    private static boolean mayHaveArrived(CompletableFuture<Published> result) throws Exception {
        try {
            throw new AssertionError("published: " + result.get(60, TimeUnit.SECONDS));
        } catch (ExecutionException reason) {
            return ((UnreachableException) reason.getCause()).mayHaveArrived();
        }
    }

    @Test
    void refusesToBlockTheSendingThread() throws Exception {
        var release = new CountDownLatch(1);
        hub.then((request, connection) -> {
            release.await();
            ACCEPTED.run(request, connection);
        });
        var outcome = client.publishLater(Publication.text("a", "one")).thenApply(first -> {
            try {
                return client.publish(Publication.text("a", "two"));
            } catch (InterruptedException reason) {
                throw new IllegalArgumentException(reason);
            }
        });

        release.countDown();
        assertThatThrownBy(() -> outcome.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void publishesABatchAtomically() throws Exception {
        hub.then((request, connection) -> connection.json("{\"count\":4,\"last\":\"c4\"}"));

        var published = client.publishAll(List.of(
                Publication.text("a", "say \"hi\"\n\u0001").type("t").key("k"),
                Publication.json("b", "{\n \"x\": [1,\r\n2]}"),
                Publication.json("b", "\"text\""),
                Publication.bytes("c", new byte[] {1, 2, 3}, "image/png")));

        assertThat(published).isEqualTo(new PublishedMany(4, Optional.of("c4")));
        var request = hub.nextRequest();
        assertThat(request.target()).isEqualTo("/channels?atomic=true");
        assertThat(request.header("Content-Type")).isEqualTo("application/x-ndjson");
        assertThat(request.header("Idempotency-Key")).isNotEmpty();
        assertThat(request.text().split("\n"))
                .containsExactly(
                        "{\"channel\":\"a\",\"type\":\"t\",\"key\":\"k\",\"data\":\"say \\\"hi\\\"\\n\\u0001\"}",
                        "{\"channel\":\"b\",\"data\":{  \"x\": [1,  2]}}",
                        "{\"channel\":\"b\",\"data_base64\":\"InRleHQi\",\"contentType\":\"application/json\"}",
                        "{\"channel\":\"c\",\"data_base64\":\"AQID\",\"contentType\":\"image/png\"}");
    }

    @Test
    void refusesAContentTypeThatNoHeaderCarries() {
        for (var type : List.of("文本", "text/plain\n")) {
            assertThatThrownBy(() -> Publication.bytes("a", new byte[0], type))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("A content type must be like image/png");
        }
    }

    @Test
    void refusesOptionsThatABatchDoesNotSupport() {
        var text = Publication.text("a", "x");
        for (var publication : List.of(
                text.closing(),
                text.ifMatch("c1"),
                text.ifNoneMatch(),
                text.idempotencyKey("k"),
                Publication.removal("a", "k"),
                Publication.json("a", "{}\n{\"channel\":\"other\"}"))) {
            assertThatThrownBy(() -> client.publishAll(List.of(publication)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> client.publishAll(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reportsTheNewAddressOfAMovedHub() {
        hub.then((request, connection) -> connection.answer(301, "Location: https://example.org/", ""));

        assertThatThrownBy(() -> client.publish(Publication.text("a", "one")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("https://example.org/");
    }

    @Test
    void retriesPastACaptivePortalOnceTheHubHasAnswered() throws Exception {
        hub.then(ACCEPTED);
        hub.then((request, connection) -> connection.answer(200, "Content-Type: text/html", "<p>Sign in</p>"));
        hub.then((request, connection) -> connection.answer(302, "Location: https://portal.example/", ""));
        hub.then((request, connection) -> connection.answer(403, "Content-Type: text/html", "<p>Sign in</p>"));
        hub.then(ACCEPTED);

        client.publish(Publication.text("a", "one"));
        assertThat(client.publish(Publication.text("a", "two")).id()).isEqualTo("c1");

        hub.nextRequest();
        var key = hub.nextRequest().header("Idempotency-Key");
        for (int n = 0; n < 3; n++)
            assertThat(hub.nextRequest().header("Idempotency-Key")).isEqualTo(key);
    }

    @Test
    void doesNotRetryARequestThatAProxyFindsTooLarge() throws Exception {
        hub.then(ACCEPTED);
        hub.then((request, connection) -> connection.answer(413, "Content-Type: text/html", "<p>Too large</p>"));

        client.publish(Publication.text("a", "one"));
        assertThatThrownBy(() -> client.publish(Publication.text("a", "two"))).isInstanceOf(RefusedException.class);
    }

    @Test
    void failsIfTheServerIsNotAHub() {
        hub.then((request, connection) -> connection.answer(200, "", "<p>Welcome</p>"));
        hub.then((request, connection) -> connection.answer(200, "", "{}"));

        for (int n = 0; n < 2; n++) {
            assertThatThrownBy(() -> client.publish(Publication.text("a", "one")))
                    .isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void readsTheStateOfAChannel() throws Exception {
        hub.then((request, connection) -> connection.send(
                "HTTP/1.1 200 OK\r\nSluice-Cursor: c9\r\nSluice-Latest: c7\r\nSluice-Closed: true\r\n\r\n"));
        hub.then((request, connection) -> connection.send("HTTP/1.1 200 OK\r\nSluice-Cursor: c9\r\n\r\n"));

        var closed = client.head("a");
        var quiet = client.head("b");

        assertThat(closed).isEqualTo(new ChannelHead("c9", Optional.of("c7"), Optional.empty(), true));
        assertThat(quiet).isEqualTo(new ChannelHead("c9", Optional.empty(), Optional.empty(), false));
        assertThat(hub.nextRequest().method()).isEqualTo("HEAD");
    }

    @Test
    void returnsTheHubsListOfChannels() throws Exception {
        hub.then((request, connection) -> connection.json("{\"channels\":[]}"));
        hub.then((request, connection) -> connection.json("{}"));
        hub.then((request, connection) -> connection.answer(503, "", problem(503, "Full.")));

        assertThat(client.channels()).isEqualTo("{\"channels\":[]}");
        assertThat(client.channelsAfter("a&b")).isEqualTo("{}");
        assertThat(hub.nextRequest().target()).isEqualTo("/channels");
        assertThat(hub.nextRequest().target()).isEqualTo("/channels?after=a%26b");
        assertThatThrownBy(client::channels)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Full.");
    }
}
