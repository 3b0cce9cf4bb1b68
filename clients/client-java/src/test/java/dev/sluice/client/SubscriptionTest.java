package dev.sluice.client;

import static dev.sluice.client.TestClients.client;
import static dev.sluice.client.TestClients.problem;
import static dev.sluice.client.TestClients.sseEvent;
import static dev.sluice.client.TestClients.sseWord;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Resuming, refusals, timeouts and ends, tested over SSE. {@link TransportTest} covers the other transports. */
@Timeout(600)
final class SubscriptionTest {
    private final FakeTime time = new FakeTime();
    private ScriptedHub hub;
    private SluiceClient client;

    @BeforeEach
    void open() throws IOException {
        hub = new ScriptedHub();
        client = client(hub, time);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        hub.close();
    }

    private static List<String> texts(Subscription subscription) {
        var texts = new ArrayList<String>();
        for (var message : subscription) texts.add(((Event) message).text());
        return texts;
    }

    @Test
    void resumesAfterTheLastReceivedEvent() throws Exception {
        hub.then((request, connection) -> {
            connection.sse("retry: 1000\nid: c0\n\n" + sseEvent("c1", "\"one\"") + "id: c2\ndata: {\"id\":");
            connection.cut();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));

        var subscription = client.subscribe(SubscribeRequest.to("a"));

        assertThat(texts(subscription)).containsExactly("one");
        assertThat(hub.nextRequest().header("Last-Event-ID")).isNull();
        assertThat(hub.nextRequest().header("Last-Event-ID")).isEqualTo("c1");
        assertThat(subscription.cursor()).contains("c1");
    }

    @Test
    void resumesFromTheStartOfAStreamWithoutEvents() throws Exception {
        hub.then((request, connection) -> {
            connection.sse("id: c0\n\n");
            connection.cut();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));

        assertThat(texts(client.subscribe(SubscribeRequest.to("a")))).isEmpty();
        hub.nextRequest();
        assertThat(hub.nextRequest().header("Last-Event-ID")).isEqualTo("c0");
    }

    @Test
    void resumesFromTheHeaderIfNothingElseArrived() throws Exception {
        hub.then((request, connection) -> {
            connection.stream("text/event-stream", "Sluice-Cursor: c0\r\n");
            connection.cut();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));

        assertThat(texts(client.subscribe(SubscribeRequest.to("a")))).isEmpty();
        hub.nextRequest();
        assertThat(hub.nextRequest().header("Last-Event-ID")).isEqualTo("c0");
    }

    @Test
    void beginsAfterTheIdThatAnotherClientSent() throws Exception {
        hub.then((request, connection) -> {
            connection.sse("id: c0\n\n");
            connection.cut();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));

        assertThat(texts(client.subscribe(SubscribeRequest.to("a").lastEventId("17"))))
                .isEmpty();
        assertThat(hub.nextRequest().target()).startsWith("/channels/a?lastEventId=17&");
        assertThat(hub.nextRequest().header("Last-Event-ID")).isEqualTo("c0");
    }

    @Test
    void repeatsTheRequestIfAGapMayNotHaveArrivedYet() throws Exception {
        hub.then((request, connection) -> {
            connection.stream("text/event-stream", "Sluice-Cursor: c9\r\n");
            connection.cut();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));

        assertThat(texts(client.subscribe(SubscribeRequest.to("a").after("c1"))))
                .isEmpty();
        hub.nextRequest();
        var again = hub.nextRequest();
        assertThat(again.header("Last-Event-ID")).isNull();
        assertThat(again.target()).contains("after=c1");
    }

    @Test
    void reportsAGapAndContinuesAfterIt() throws Exception {
        hub.then((request, connection) -> {
            connection.sse(sseWord("gap", "c5", "{\"after\":\"c1\",\"resume\":\"c5\",\"reason\":\"trimmed\"}"));
            connection.cut();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));

        var messages = new ArrayList<Message>();
        client.subscribe(SubscribeRequest.to("a").after("c1")).forEach(messages::add);

        assertThat(messages).containsExactly(new Message.Gap(Optional.of("c1"), "c5", Message.Reason.TRIMMED));
        hub.nextRequest();
        assertThat(hub.nextRequest().header("Last-Event-ID")).isEqualTo("c5");
    }

    private static Status heartbeat(String cursor) {
        return new Status.Heartbeat(Optional.of(cursor), OptionalLong.empty());
    }

    @Test
    void movesItsCursorWithHeartbeats() throws Exception {
        hub.then((request, connection) -> {
            connection.sse("id: c0\n\n" + sseEvent("c1", "\"one\"") + "id: c7\n\n");
            connection.cut();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));
        var statuses = new ArrayList<Status>();

        texts(client.subscribe(SubscribeRequest.to("a"), statuses::add));

        hub.nextRequest();
        assertThat(hub.nextRequest().header("Last-Event-ID")).isEqualTo("c7");
        assertThat(statuses)
                .filteredOn(Status.Heartbeat.class::isInstance)
                .containsExactly(heartbeat("c0"), heartbeat("c7"));
    }

    @Test
    void keepsTheCursorAfterTheLastReturnedMessage() {
        hub.then((request, connection) -> {
            connection.sse("id: c0\n\n" + sseEvent("c1", "1") + sseEvent("c2", "2"));
            connection.untilClientLeaves();
        });
        try (var subscription = client.subscribe(SubscribeRequest.to("a"))) {
            var messages = subscription.iterator();

            assertThat(subscription.cursor()).isEmpty();
            assertThat(messages.hasNext()).isTrue();
            assertThat(subscription.cursor()).contains("c0");
            messages.next();
            assertThat(subscription.cursor()).contains("c1");
            assertThat(messages.hasNext()).isTrue();
            assertThat(subscription.cursor()).contains("c1");
        }
    }

    @Test
    void waitsForTheReconnectionTimeOfTheStream() throws Exception {
        hub.then((request, connection) -> {
            connection.sse("retry: 4000\nid: c0\n\n");
            connection.endOfBody();
            connection.cut();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));

        texts(client.subscribe(SubscribeRequest.to("a")));

        assertThat(time.nextPause()).isBetween(Duration.ofMillis(4000), Duration.ofMillis(4250));
    }

    @Test
    void waitsForTheReconnectionTimeOfAStreamWithoutBlocks() throws Exception {
        hub.then((request, connection) -> {
            connection.sse("retry: 4000\n");
            connection.endOfBody();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));

        texts(client.subscribe(SubscribeRequest.to("a")));

        assertThat(time.nextPause()).isBetween(Duration.ofMillis(4000), Duration.ofMillis(4250));
    }

    @Test
    void waitsForTheRetryAfterOfARefusal() throws Exception {
        hub.then((request, connection) -> connection.answer(503, "Retry-After: 7", ""));
        hub.then((request, connection) ->
                connection.answer(429, "Retry-After: Fri, 20 Nov 2026 09:15:30 GMT", "")); // Almost an hour later.
        hub.then((request, connection) -> connection.answer(204, "", ""));

        texts(client.subscribe(SubscribeRequest.to("a")));

        var first = time.nextPause();
        assertThat(first).isBetween(Duration.ofSeconds(7), Duration.ofMillis(7250));
        assertThat(time.nextPause().plus(first))
                .isBetween(Duration.ofHours(1), Duration.ofHours(1).plusMillis(750));
    }

    @Test
    void retriesAfterATemporaryRefusalInTheStream() throws Exception {
        hub.then((request, connection) -> {
            connection.sse(
                    "retry: 2000\n\nevent: sluice.error\ndata: {\"title\":\"Full\",\"status\":503,\"retry\":true}\n\n");
            connection.endOfBody();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));

        texts(client.subscribe(SubscribeRequest.to("a")));

        assertThat(time.nextPause()).isBetween(Duration.ofMillis(2000), Duration.ofMillis(2250));
    }

    @Test
    void endsAfterAPermanentRefusal() {
        hub.then((request, connection) ->
                connection.answer(403, "Content-Type: application/problem+json", problem(403, "Ask somebody.")));
        var subscription = client.subscribe(SubscribeRequest.to("a"));

        assertThatThrownBy(() -> texts(subscription)).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.problem().status()).isEqualTo(403);
            assertThat(refused.problem().type()).isEqualTo("/problems/x");
            assertThat(refused.problem().detail()).isEqualTo("Ask somebody.");
        });
        assertThat(time.pauses).isEmpty();
    }

    @Test
    void endsAfterAPermanentRefusalInTheStream() {
        hub.then((request, connection) -> connection.sse(sseEvent("c1", "1")
                + "event: sluice.error\ndata: {\"title\":\"Out\",\"status\":401,\"retry\":false}\n\n"));
        var messages = client.subscribe(SubscribeRequest.to("a")).iterator();

        messages.next();

        assertThatThrownBy(messages::hasNext)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.problem().title()).isEqualTo("Out"));
        assertThat(messages.hasNext()).isFalse();
    }

    @Test
    void retriesPastACaptivePortalOnceTheHubHasAnswered() throws Exception {
        hub.then((request, connection) -> {
            connection.sse("id: c0\n\n" + sseEvent("c1", "\"one\""));
            connection.cut();
        });
        hub.then((request, connection) -> connection.answer(200, "Content-Type: text/html", "<p>Sign in</p>"));
        hub.then((request, connection) -> connection.answer(302, "Location: https://portal.example/", ""));
        hub.then((request, connection) -> connection.answer(404, "Content-Type: text/html", "<p>Sign in</p>"));
        hub.then((request, connection) -> connection.answer(204, "", ""));

        assertThat(texts(client.subscribe(SubscribeRequest.to("a")))).containsExactly("one");

        hub.nextRequest();
        for (int n = 0; n < 4; n++)
            assertThat(hub.nextRequest().header("Last-Event-ID")).isEqualTo("c1");
    }

    @Test
    void endsIfTheServerIsNotAHub() {
        hub.then((request, connection) -> connection.answer(200, "Content-Type: text/html", "<p>Sign in</p>"));
        var subscription = client.subscribe(SubscribeRequest.to("a"));

        assertThatThrownBy(() -> texts(subscription)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void endsAfterAMessageBeyondTheLimit() {
        hub.then((request, connection) -> connection.sse(sseEvent("c1", "\"" + "x".repeat(2000) + "\"")));
        try (var small = TestClients.builder(hub, time).messageBytesMax(1000).build()) {
            var subscription = small.subscribe(SubscribeRequest.to("a"));

            assertThatThrownBy(() -> texts(subscription))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("1000");
        }
    }

    @Test
    void keepsReconnectingToAnUnreachableHub() throws Exception {
        try (var nobody = new ClosedPort();
                var client = SluiceClient.builder(nobody.uri())
                        .time(time, new Random(7))
                        .backoff(Duration.ofMillis(100), Duration.ofSeconds(1))
                        .build()) {
            var attempts = new LinkedBlockingQueue<Status>();
            try (var follower = client.follow(SubscribeRequest.to("a"), new Listener() {
                @Override
                public void message(Message message) {}

                @Override
                public void status(Status status) {
                    if (attempts.size() < 20) attempts.add(status);
                }
            })) {
                for (int n = 0; n < 20; n++) {
                    var lost = (Status.Lost) attempts.poll(60, TimeUnit.SECONDS);
                    var ceiling = Duration.ofMillis(Math.min(1000, 100L << Math.min(n, 10)));
                    assertThat(lost.pause()).isBetween(Duration.ZERO, ceiling);
                }
                assertThat(follower.ended()).isNotDone();
            }
        }
    }

    @Test
    void detectsADeadConnectionByMissedHeartbeats() throws Exception {
        hub.then((request, connection) -> {
            connection.sse("id: c0\n\nid: c3\n\n");
            connection.untilClientLeaves();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));
        var alive = new CompletableFuture<Status>();
        var ended = new CompletableFuture<List<String>>();
        var subscription = client.subscribe(SubscribeRequest.to("a").heartbeat(Duration.ofSeconds(20)), status -> {
            if (status.equals(heartbeat("c3"))) alive.complete(status);
        });
        new Thread(() -> ended.complete(texts(subscription))).start();

        assertThat(hub.nextRequest().target()).contains("heartbeat=20");
        alive.get(60, TimeUnit.SECONDS);
        time.timeOut(Duration.ofSeconds(50));

        assertThat(hub.nextRequest().header("Last-Event-ID")).isEqualTo("c3");
        assertThat(ended.get(60, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void retriesIfAnAnswerTimesOut() throws Exception {
        hub.then((request, connection) -> connection.untilClientLeaves());
        hub.then((request, connection) -> connection.answer(204, "", ""));
        var ended = new CompletableFuture<List<String>>();
        new Thread(() -> ended.complete(texts(client.subscribe(SubscribeRequest.to("a"))))).start();

        hub.nextRequest();
        time.timeOut(Duration.ofSeconds(30));

        assertThat(ended.get(60, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void closesTheConnectionOfARefusalWhoseBodyStalls() throws Exception {
        var left = new CountDownLatch(1);
        hub.then((request, connection) -> {
            connection.send("HTTP/1.1 503 X\r\nContent-Length: 100\r\n\r\n");
            try {
                connection.untilClientLeaves();
            } finally {
                left.countDown();
            }
        });
        hub.always((request, connection) -> connection.answer(204, "", ""));
        var impatient = new FakeTime(Duration.ofMillis(500));
        try (var client = client(hub, impatient)) {
            assertThat(texts(client.subscribe(SubscribeRequest.to("a")))).isEmpty();
            assertThat(left.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void endsWhenAllItsChannelsHaveEnded() throws Exception {
        hub.then((request, connection) -> {
            connection.sse(sseWord("closed", "c1", "{\"channel\":\"a\",\"cursor\":\"c1\"}")
                    + sseWord("closed", "c2", "{\"channel\":\"b\",\"cursor\":\"c2\"}"));
            connection.endOfBody();
        });
        var messages = new ArrayList<Message>();

        client.subscribe(SubscribeRequest.to("a", "b")).forEach(messages::add);

        assertThat(messages).containsExactly(new Message.Closed("a", "c1"), new Message.Closed("b", "c2"));
        assertThat(hub.nextRequest().target()).startsWith("/channels?name=a&name=b");
    }

    @Test
    void reconnectsWhileSomeChannelsHaveNotEnded() throws Exception {
        hub.then((request, connection) -> {
            connection.sse(sseWord("closed", "c1", "{\"channel\":\"a\",\"cursor\":\"c1\"}"));
            connection.endOfBody();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));

        client.subscribe(SubscribeRequest.to("a", "b")).forEach(message -> {});

        hub.nextRequest();
        assertThat(hub.nextRequest().header("Last-Event-ID")).isEqualTo("c1");
    }

    @Test
    void reconnectsIfAnEndedChannelMayHaveNewEvents() throws Exception {
        hub.then((request, connection) -> {
            connection.sse(sseWord("closed", "c1", "{\"channel\":\"a\",\"cursor\":\"c1\"}")
                    + sseWord("gap", "c2", "{\"after\":\"c1\",\"resume\":\"c2\",\"reason\":\"deleted\"}"));
            connection.endOfBody();
        });
        hub.then((request, connection) -> {
            connection.sse(sseWord("closed", "c3", "{\"channel\":\"a\",\"cursor\":\"c3\"}") + sseEvent("c4", "4"));
            connection.endOfBody();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));

        client.subscribe(SubscribeRequest.to("a")).forEach(message -> {});

        hub.nextRequest();
        assertThat(hub.nextRequest().header("Last-Event-ID")).isEqualTo("c2");
        assertThat(hub.nextRequest().header("Last-Event-ID")).isEqualTo("c4");
    }

    @Test
    void acceptsAnEventInABlockWithAReconnectionTime() {
        hub.then((request, connection) -> {
            connection.sse("retry: 1000\n" + sseEvent("c1", "\"one\""));
            connection.untilClientLeaves();
        });
        try (var subscription = client.subscribe(SubscribeRequest.to("a"))) {
            assertThat(((Event) subscription.iterator().next()).text()).isEqualTo("one");
        }
    }

    @Test
    void ignoresUnknownControlMessages() {
        hub.then((request, connection) -> {
            connection.sse("event: sluice.novelty\ndata: {\"x\":1}\n\n" + sseEvent("c1", "\"one\""));
            connection.untilClientLeaves();
        });
        try (var subscription = client.subscribe(SubscribeRequest.to("a"))) {
            assertThat(((Event) subscription.iterator().next()).text()).isEqualTo("one");
        }
    }

    @Test
    void endsNormallyWhenAnotherThreadClosesIt() throws Exception {
        hub.then((request, connection) -> {
            connection.sse("id: c0\n\n");
            connection.untilClientLeaves();
        });
        var subscription = client.subscribe(SubscribeRequest.to("a"));
        var ended = new CompletableFuture<List<String>>();
        new Thread(() -> ended.complete(texts(subscription))).start();
        hub.nextRequest();

        subscription.close();

        assertThat(ended.get(60, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void returnsTheMessageThatItHasFoundIfItIsClosedMeanwhile() {
        hub.then((request, connection) -> {
            connection.sse(sseEvent("c1", "\"one\""));
            connection.untilClientLeaves();
        });
        var subscription = client.subscribe(SubscribeRequest.to("a"));
        var messages = subscription.iterator();
        assertThat(messages.hasNext()).isTrue();

        subscription.close();

        assertThat(((Event) messages.next()).text()).isEqualTo("one");
        assertThat(messages.hasNext()).isFalse();
    }

    @Test
    void endsWhenItsClientIsClosed() throws Exception {
        hub.then((request, connection) -> {
            connection.sse("id: c0\n\n");
            connection.untilClientLeaves();
        });
        var follower = client.follow(SubscribeRequest.to("a"), message -> {});
        hub.nextRequest();

        client.close();

        follower.ended().get(60, TimeUnit.SECONDS);
        assertThatThrownBy(() -> client.subscribe(SubscribeRequest.to("a"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void endsOnInterruptAndKeepsTheInterruptStatus() throws Exception {
        hub.then((request, connection) -> {
            connection.sse("id: c0\n\n");
            connection.untilClientLeaves();
        });
        var outcome = new CompletableFuture<Boolean>();
        var thread = new Thread(() -> {
            try {
                texts(client.subscribe(SubscribeRequest.to("a")));
            } catch (CancellationException interrupted) {
                outcome.complete(Thread.currentThread().isInterrupted());
            }
        });
        thread.start();
        hub.nextRequest();

        thread.interrupt();

        assertThat(outcome.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void canBeIteratedOnlyOnce() {
        var subscription = client.subscribe(SubscribeRequest.to("a"));
        assertThat(subscription.iterator()).isNotNull();

        assertThatThrownBy(subscription::iterator).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void callsAListenerInOrder() throws Exception {
        hub.then((request, connection) -> {
            connection.sse("id: c0\n\n" + sseEvent("c1", "1") + "id: c4\n\n" + sseEvent("c5", "5"));
            connection.endOfBody();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));
        var calls = new ArrayList<String>();

        var follower = client.follow(SubscribeRequest.to("a"), new Listener() {
            @Override
            public void message(Message message) {
                calls.add(((Event) message).text());
            }

            @Override
            public void status(Status status) {
                calls.add(status.getClass().getSimpleName());
            }
        });
        follower.ended().get(60, TimeUnit.SECONDS);

        assertThat(calls).containsExactly("Connected", "Heartbeat", "1", "Heartbeat", "5", "Lost");
        assertThat(follower.cursor()).contains("c5");
    }

    @Test
    void endsWithTheExceptionOfItsListener() {
        hub.then((request, connection) -> {
            connection.sse(sseEvent("c1", "1"));
            connection.untilClientLeaves();
        });
        var mistake = new IllegalArgumentException("mine");

        var follower = client.follow(SubscribeRequest.to("a"), message -> {
            throw mistake;
        });

        assertThatThrownBy(() -> follower.ended().get(60, TimeUnit.SECONDS)).hasCause(mistake);
    }

    @Test
    void sendsAllParameters() throws Exception {
        hub.then((request, connection) -> connection.answer(204, "", ""));

        texts(client.subscribe(SubscribeRequest.to("chat/é b/*")
                .last(3)
                .types("a", "b")
                .conflate()
                .coalesce()
                .failOnGap()
                .heartbeat(Duration.ofSeconds(5))
                .limit(9)));

        var request = hub.nextRequest();
        assertThat(request.target())
                .isEqualTo("/channels/chat/%C3%A9%20b/*?last=3&type=a%2Cb&conflate=true&coalesce=true&gap=fail"
                        + "&heartbeat=5&envelope=json&errors=status");
        assertThat(request.header("Accept")).isEqualTo("text/event-stream");
        assertThat(request.headers()).doesNotContainKey("upgrade");
    }
}
