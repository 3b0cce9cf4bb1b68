package dev.sluice.client;

import static dev.sluice.client.TestClients.envelope;
import static dev.sluice.client.TestClients.problem;
import static dev.sluice.client.TestClients.sseEvent;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Behaviour specific to one transport. */
@Timeout(600)
final class TransportTest {
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

    private static SubscribeRequest over(Transport transport) {
        return SubscribeRequest.to("a").over(transport);
    }

    private List<Message> messages(SubscribeRequest request) {
        var messages = new ArrayList<Message>();
        client.subscribe(request).forEach(messages::add);
        return messages;
    }

    private static ScriptedHub.Script frames(byte[]... frames) {
        return (request, connection) -> connection.send(WireScript.webSocket(request, Arrays.asList(frames)));
    }

    @Test
    void splitsTextBetweenCharacters() {
        var text = "grün 漢字 🙂!";
        hub.then((request, connection) -> {
            connection.stream("text/plain; charset=utf-8", "Sluice-Cursor: c0\r\n");
            for (byte b : text.getBytes(UTF_8)) connection.send(new byte[] {'1', '\r', '\n', b, '\r', '\n'});
            connection.endOfBody();
        });

        var pieces = messages(over(Transport.TEXT)).stream()
                .map(message -> ((Raw) message).text())
                .toList();

        assertThat(String.join("", pieces)).isEqualTo(text);
    }

    @Test
    void passesOnInvalidTextByteByByte() {
        var bytes = new byte[] {(byte) 0xff, (byte) 0xc3, 'x', (byte) 0xe6, (byte) 0xbc};
        hub.then((request, connection) -> {
            connection.stream("text/plain", "");
            for (byte b : bytes) connection.send(new byte[] {'1', '\r', '\n', b, '\r', '\n'});
            connection.endOfBody();
        });
        var all = ByteBuffer.allocate(100);

        messages(over(Transport.TEXT)).forEach(message -> all.put(((Raw) message).bytes()));

        assertThat(Arrays.copyOf(all.array(), all.position())).isEqualTo(bytes);
    }

    @Test
    void resumesTextFromItsFirstCursorIfNoDataHasArrived() throws Exception {
        hub.then((request, connection) -> {
            connection.stream("text/plain", "Sluice-Cursor: c4\r\n");
            connection.cut();
        });
        hub.then((request, connection) -> {
            connection.stream("text/plain", "Sluice-Cursor: c4\r\n");
            connection.chunk("hello");
            connection.endOfBody();
        });

        assertThat(messages(over(Transport.TEXT))).hasSize(1);
        assertThat(hub.nextRequest().target()).isEqualTo("/channels/a?after=latest");
        assertThat(hub.nextRequest().target()).isEqualTo("/channels/a?after=c4");
    }

    @Test
    void endsTextWithPlaceLostAfterALoss() {
        hub.then((request, connection) -> {
            connection.stream("text/plain", "Sluice-Cursor: c4\r\n");
            connection.chunk("hel");
            connection.cut();
        });
        var messages = client.subscribe(over(Transport.TEXT)).iterator();
        messages.next();

        assertThatThrownBy(messages::hasNext).isInstanceOf(PositionLostException.class);
    }

    @Test
    void neverTreatsIdleTextAsDead() throws Exception {
        hub.then((request, connection) -> {
            connection.stream("text/plain", "");
            connection.untilClientLeaves();
        });
        var follower = client.follow(over(Transport.TEXT), message -> {});
        hub.nextRequest();

        time.timeOut(Duration.ofDays(365)); // The longest possible wait.

        assertThatThrownBy(() -> follower.ended().get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(PositionLostException.class);
    }

    @Test
    void returnsRawWebSocketMessagesOnRequest() throws Exception {
        hub.then(frames(WireScript.text("grün"), WireScript.binary(new byte[] {1, 2}), WireScript.closing(1000, "")));

        var messages = messages(over(Transport.WEBSOCKET).raw());

        assertThat(messages).hasSize(2);
        var text = (Raw) messages.get(0);
        assertThat(text.text()).isEqualTo("grün");
        assertThat(text.isText()).isTrue();
        var binary = (Raw) messages.get(1);
        assertThat(binary.bytes()).containsExactly(1, 2);
        assertThat(binary.isText()).isFalse();
        assertThat(hub.nextRequest().target()).isEqualTo("/channels/a?after=latest&envelope=raw");
    }

    @Test
    void endsRawWebSocketWithPlaceLostAfterALoss() {
        hub.then((request, connection) -> {
            connection.send(WireScript.webSocket(request, List.of()));
            connection.cut();
        });

        assertThatThrownBy(() -> messages(over(Transport.WEBSOCKET).raw())).isInstanceOf(PositionLostException.class);
    }

    @Test
    void restartsRawWebSocketFromAGivenCursorIfNoDataHasArrived() throws Exception {
        hub.then((request, connection) -> {
            connection.send(WireScript.webSocket(request, List.of()));
            connection.cut();
        });
        hub.then(frames(WireScript.closing(1000, "")));

        assertThat(messages(over(Transport.WEBSOCKET).raw().after("c4"))).isEmpty();
        hub.nextRequest();
        assertThat(hub.nextRequest().target()).contains("after=c4");
    }

    @Test
    void endsWebSocketAfterAPermanentRefusal() {
        hub.then(frames(WireScript.closing(4403, "Ask somebody.")));

        assertThatThrownBy(() -> messages(over(Transport.WEBSOCKET)))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.problem().status()).isEqualTo(403);
                    assertThat(refused.problem().detail()).isEqualTo("Ask somebody.");
                });
    }

    @Test
    void comesBackWhenADrainingHubSays() throws Exception {
        hub.then(frames(
                WireScript.text("{\"cursor\":\"c1\"}"),
                WireScript.text("{\"drain\":{\"retryAfterMs\":4000}}"),
                WireScript.closing(1012, "")));
        hub.then(frames(WireScript.closing(1012, "restart")));
        hub.then(frames(WireScript.closing(1000, "")));

        assertThat(messages(over(Transport.WEBSOCKET))).isEmpty();

        assertThat(time.nextPause()).isBetween(Duration.ofSeconds(4), Duration.ofMillis(4250));
        assertThat(time.nextPause()).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void comesBackToJsonLinesWhenADrainingHubSays() throws Exception {
        hub.then((request, connection) -> {
            connection.stream("application/x-ndjson", "");
            connection.chunk("{\"cursor\":\"c1\"}\n{\"drain\":{\"retryAfterMs\":4000}}\n");
            connection.endOfBody();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));

        assertThat(messages(over(Transport.NDJSON))).isEmpty();

        assertThat(time.nextPause()).isBetween(Duration.ofSeconds(4), Duration.ofMillis(4250));
        hub.nextRequest();
        assertThat(hub.nextRequest().target()).contains("after=c1");
    }

    @Test
    void reconnectsWebSocketAfterTemporaryRefusalsAndRestarts() throws Exception {
        hub.then(frames(WireScript.text("{\"cursor\":\"c1\"}"), WireScript.closing(1012, "restart")));
        hub.then(frames(WireScript.closing(4503, "full")));
        hub.then(frames(WireScript.text("{\"error\":{\"title\":\"Full\",\"status\":503,\"retry\":true}}")));
        hub.then((request, connection) -> connection.answer(503, "Retry-After: 7", ""));
        hub.then(frames(WireScript.closing(1000, "")));

        assertThat(messages(over(Transport.WEBSOCKET))).isEmpty();

        for (int n = 0; n < 3; n++) time.nextPause();
        assertThat(time.nextPause()).isBetween(Duration.ofSeconds(7), Duration.ofSeconds(9));
        hub.nextRequest();
        for (int n = 0; n < 4; n++) assertThat(hub.nextRequest().target()).contains("after=c1");
    }

    @Test
    void reportsWhyAWebSocketHandshakeWasRefused() {
        hub.then((request, connection) ->
                connection.answer(403, "Content-Type: application/problem+json", problem(403, "Ask somebody.")));

        assertThatThrownBy(() -> messages(over(Transport.WEBSOCKET)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.problem().status()).isEqualTo(403));
    }

    @Test
    void endsWebSocketAfterAMessageBeyondTheLimit() throws Exception {
        hub.then(frames(WireScript.text(envelope("c1", "\"" + "x".repeat(2000) + "\""))));
        try (var small = TestClients.builder(hub, time).messageBytesMax(1000).build()) {
            assertThatThrownBy(() -> small.subscribe(over(Transport.WEBSOCKET))
                            .iterator()
                            .hasNext())
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("1000");
        }
        hub.nextRequest();
    }

    @Test
    void endsWebSocketAfterABinaryMessageInsteadOfJson() {
        hub.then(frames(WireScript.binary(new byte[] {1})));

        assertThatThrownBy(() -> messages(over(Transport.WEBSOCKET))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void countsAPingAsASignOfLifeAndDetectsADeadWebSocket() throws Exception {
        hub.then((request, connection) -> {
            connection.send(WireScript.webSocket(
                    request, List.of(WireScript.text("{\"cursor\":\"c1\"}"), WireScript.ping(), WireScript.pong())));
        });
        hub.then(frames(WireScript.closing(1000, "")));
        var alive = new CompletableFuture<Status>();
        var follower = client.follow(over(Transport.WEBSOCKET), new Listener() {
            @Override
            public void message(Message message) {}

            @Override
            public void status(Status status) {
                boolean isPing = status instanceof Status.Heartbeat heartbeat
                        && heartbeat.cursor().isEmpty();
                if (isPing) alive.complete(status);
            }
        });
        alive.get(60, TimeUnit.SECONDS);

        time.timeOut(Duration.ofMillis(37_500));

        follower.ended().get(60, TimeUnit.SECONDS);
        hub.nextRequest();
        assertThat(hub.nextRequest().target()).contains("after=c1");
    }

    @Test
    void detectsADeadWebSocketByItsMissingPong() throws Exception {
        hub.then((request, connection) -> connection.send(
                WireScript.webSocket(request, List.of(WireScript.text("{\"cursor\":\"c1\"}"), WireScript.ping()))));
        hub.then(frames(WireScript.closing(1000, "")));
        var follower = client.follow(over(Transport.WEBSOCKET), message -> {});

        time.timeOut(Duration.ofSeconds(10));

        follower.ended().get(60, TimeUnit.SECONDS);
        hub.nextRequest();
        assertThat(hub.nextRequest().target()).contains("after=c1");
    }

    @Test
    void reportsTheLagFromNdjsonHeartbeats() {
        hub.then((request, connection) -> {
            connection.stream("application/x-ndjson", "");
            connection.chunk("{\"heartbeat\":{\"cursor\":\"c8\",\"behind\":3}}\r\n\n{\"later\":{}}\n");
            connection.chunk("{\"gap\":{\"after\":\"c8\",\"resume\":\"c9\",\"reason\":\"skipped\"}}\n");
            connection.chunk("{\"gap\":{\"resume\":\"c10\",\"reason\":\"novel\"}}\n");
            connection.chunk("{\"error\":{\"title\":\"Gone\",\"status\":410}}\n");
            connection.endOfBody();
        });
        var statuses = new ArrayList<Status>();
        var messages = new ArrayList<Message>();

        assertThatThrownBy(() ->
                        client.subscribe(over(Transport.NDJSON), statuses::add).forEach(messages::add))
                .isInstanceOf(RefusedException.class);

        assertThat(statuses.get(1)).isEqualTo(new Status.Heartbeat(Optional.of("c8"), OptionalLong.of(3)));
        assertThat(messages)
                .containsExactly(
                        new Message.Gap(Optional.of("c8"), "c9", Message.Reason.SKIPPED),
                        new Message.Gap(Optional.empty(), "c10", Message.Reason.OTHER));
    }

    @Test
    void endsAfterALineThatIsNotJson() {
        hub.then((request, connection) -> {
            connection.stream("application/x-ndjson", "");
            connection.chunk("{\"id\":}\n");
            connection.untilClientLeaves();
        });

        assertThatThrownBy(() -> messages(over(Transport.NDJSON))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void endsAfterACursorThatIsInvalidInAHeader() {
        hub.then((request, connection) -> {
            connection.stream("application/x-ndjson", "");
            connection.chunk("{\"cursor\":\"c1\\r\\nEvil: yes\"}\n");
            connection.untilClientLeaves();
        });

        assertThatThrownBy(() -> messages(over(Transport.NDJSON))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void returnsRawSseDataWithCursorsOnRequest() throws Exception {
        hub.then((request, connection) -> {
            connection.sse("id: c0\n\nid: c1\nevent: greeting\ndata: one\ndata: two\n\n");
            connection.cut();
        });
        hub.then((request, connection) -> connection.answer(204, "", ""));

        var raw = (Raw) messages(over(Transport.SSE).raw()).get(0);

        assertThat(raw.text()).isEqualTo("one\ntwo");
        assertThat(raw.type()).isEqualTo("greeting");
        assertThat(raw.cursor()).contains("c1");
        hub.nextRequest();
        assertThat(hub.nextRequest().header("Last-Event-ID")).isEqualTo("c1");
    }

    @Test
    void readsHeartbeatEventsOverSse() {
        hub.then((request, connection) -> {
            connection.sse("id: c0\n\nid: c3\nevent: sluice.heartbeat\ndata: {\"cursor\":\"c3\",\"behind\":2}\n\n"
                    + sseEvent("c4", "4"));
            connection.untilClientLeaves();
        });
        var statuses = new ArrayList<Status>();
        try (var subscription = client.subscribe(over(Transport.SSE), statuses::add)) {
            subscription.iterator().next();

            assertThat(statuses).contains(new Status.Heartbeat(Optional.of("c3"), OptionalLong.of(2)));
        }
    }

    @Test
    void pausesBetweenPollsOnlyIfNoMoreEventsAreAvailable() throws Exception {
        hub.then((request, connection) ->
                connection.json("{\"events\":[" + envelope("c1", "1") + "],\"cursor\":\"c1\",\"more\":true}"));
        hub.then((request, connection) -> connection.json("{\"events\":[],\"cursor\":\"c2\",\"more\":false}"));
        hub.then((request, connection) ->
                connection.json("{\"gap\":{\"resume\":\"c7\",\"reason\":\"trimmed\"},\"events\":[" + envelope("c8", "8")
                        + "],\"cursor\":\"c8\",\"more\":false,\"closed\":true}"));

        var messages = messages(over(Transport.POLL).limit(7).pollEvery(Duration.ofSeconds(3)));

        assertThat(messages).hasSize(3);
        assertThat(messages.get(1)).isEqualTo(new Message.Gap(Optional.empty(), "c7", Message.Reason.TRIMMED));
        assertThat(time.pauses).containsExactly(Duration.ofSeconds(3));
        assertThat(hub.nextRequest().target()).isEqualTo("/channels/a?after=latest&limit=7");
        assertThat(hub.nextRequest().target()).isEqualTo("/channels/a?after=c1&limit=7");
        assertThat(hub.nextRequest().target()).isEqualTo("/channels/a?after=c2&limit=7");
    }

    @Test
    void longPollsWithoutPausesAndWithALongerTimeout() throws Exception {
        hub.then((request, connection) -> connection.json("{\"events\":[],\"cursor\":\"c2\"}"));
        hub.then((request, connection) -> connection.untilClientLeaves());
        hub.then((request, connection) ->
                connection.json("{\"events\":[],\"cursor\":\"c3\",\"more\":false,\"closed\":true}"));
        var follower = client.follow(over(Transport.LONG_POLL).longPollWait(Duration.ofSeconds(40)), message -> {});

        assertThat(hub.nextRequest().target()).isEqualTo("/channels/a?after=latest&wait=0");
        assertThat(hub.nextRequest().target()).isEqualTo("/channels/a?after=c2&wait=40");
        assertThat(time.pauses).isEmpty();
        time.timeOut(Duration.ofSeconds(70)); // The long poll's wait plus the timeout of any answer.

        follower.ended().get(60, TimeUnit.SECONDS);
        assertThat(follower.cursor()).contains("c3");
    }

    @Test
    void losesNoEventIfALongPollFromTheLatestBreaks() throws Exception {
        hub.then((request, connection) -> connection.json("{\"events\":[],\"cursor\":\"c2\"}"));
        hub.then((request, connection) -> connection.cut());
        hub.then((request, connection) -> connection.json(
                "{\"events\":[" + envelope("c3", "3") + "],\"cursor\":\"c3\",\"more\":false,\"closed\":true}"));

        assertThat(messages(over(Transport.LONG_POLL))).hasSize(1);

        assertThat(hub.nextRequest().target()).isEqualTo("/channels/a?after=latest&wait=0");
        assertThat(hub.nextRequest().target()).isEqualTo("/channels/a?after=c2&wait=30");
        assertThat(hub.nextRequest().target()).isEqualTo("/channels/a?after=c2&wait=30");
    }

    @Test
    void slowsDownAHubThatIsFasterThanTheReader() throws Exception {
        try (var server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var uri = URI.create("http://127.0.0.1:" + server.socket().getLocalPort());
            for (var transport : List.of(Transport.SSE, Transport.NDJSON, Transport.TEXT, Transport.WEBSOCKET)) {
                try (var slow = SluiceClient.builder(uri).build();
                        var subscription = slow.subscribe(over(transport).raw())) {
                    var received = new CompletableFuture<Message>();
                    new Thread(() -> received.complete(subscription.iterator().next())).start();
                    try (var socket = server.accept()) {
                        // The reader takes one event only; the hub sends more than all buffers hold.
                        assertThat(bytesAccepted(socket, transport, received)).isLessThan(64 << 20);
                    }
                }
            }
        }
    }

    private static String key(ByteBuffer request) {
        return UTF_8.decode(request.flip())
                .toString()
                .lines()
                .filter(line -> line.regionMatches(true, 0, "Sec-WebSocket-Key:", 0, 18))
                .map(line -> line.substring(18).strip())
                .findAny()
                .orElseThrow();
    }

    private static byte[] repeat(byte[] bytes, int times) {
        var many = ByteBuffer.allocate(bytes.length * times);
        for (int n = 0; n < times; n++) many.put(bytes);
        return many.array();
    }

    /** Writes until the client accepts no more, or has accepted far too much. */
    private static long bytesAccepted(SocketChannel socket, Transport transport, CompletableFuture<Message> received)
            throws Exception {
        var request = ByteBuffer.allocate(8192);
        socket.read(request); // A small request arrives in one piece.
        var json = envelope("c1", "\"hello\"");
        var head = "HTTP/1.1 200 OK\r\nContent-Type: ";
        var answer = switch (transport) {
            case SSE -> head + "text/event-stream\r\n\r\n";
            case NDJSON -> head + "application/x-ndjson\r\n\r\n";
            case TEXT -> head + "text/plain\r\n\r\n";
            case WEBSOCKET -> WireScript.handshake(key(request));
            case POLL, LONG_POLL -> throw new IllegalArgumentException("ends by itself");
        };
        var many = switch (transport) {
            case SSE -> UTF_8.encode("id: c1\ndata: hello\n\n".repeat(1000));
            case WEBSOCKET -> ByteBuffer.wrap(repeat(WireScript.text("hello"), 1000));
            default -> UTF_8.encode((json + "\n").repeat(1000));
        };
        socket.write(UTF_8.encode(answer));
        socket.write(many.duplicate());
        received.get(60, TimeUnit.SECONDS);
        socket.configureBlocking(false);
        long bytes = 0;
        try (var selector = Selector.open()) {
            socket.register(selector, SelectionKey.OP_WRITE);
            while (bytes < 64 << 20 && selector.select(1000) > 0) {
                selector.selectedKeys().clear();
                if (!many.hasRemaining()) many.rewind();
                bytes += socket.write(many);
            }
        }
        return bytes;
    }
}
