package dev.sluice.server.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.server.RawClient;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Tests the transition from history to live events: an event that is published while a client subscribes is
/// delivered once. Only the log's growth wakes a reader here, and nothing follows: a missed wake-up is never made
/// up for.
final class HistoryToLiveTest {
    private static final int LOOPS = 4;
    private static final int TRIES = 400;
    private static final int TRIES_LONG = 40_000;
    private static final List<ClientKind> WAITING = List.of(
            ClientKind.SSE_RAW, ClientKind.SSE_JSON, ClientKind.JSON_LINES, ClientKind.WEBSOCKET, ClientKind.LONG_POLL);

    private static TestServer start() {
        ServerSettings defaults = TestServer.settings(LOOPS);
        return TestServer.start(Servers.with(defaults, Duration.ofDays(1), defaults.hub()));
    }

    @Test
    void deliversAnEventPublishedDuringASubscribeOnce() {
        Rounds.play(1, (random, trace) -> subscribeWhilePublishing(random, TRIES));
    }

    @Test
    @Tag("long")
    void deliversAnEventPublishedDuringASubscribeOnceForLong() {
        Rounds.play(1, (random, trace) -> subscribeWhilePublishing(random, TRIES_LONG));
    }

    private static void subscribeWhilePublishing(Random random, int tries) throws Exception {
        try (TestServer server = start()) {
            for (int i = 0; i < tries; i++) {
                ClientKind kind = WAITING.get(i % WAITING.size());
                boolean isNew = random.nextInt(4) == 0;
                String channel = isNew ? "new/" + i : "old/channel";
                String selection = random.nextInt(3) == 0 ? channel.split("/", 2)[0] + "/*" : channel;
                Cursor before = server.log().head();
                CountDownLatch begun = new CountDownLatch(1);
                int spins = random.nextInt(random.nextInt(1, 60_000));
                String data = "event " + i;
                Thread publisher = Thread.ofPlatform().start(() -> {
                    try {
                        begun.await();
                    } catch (InterruptedException interrupted) {
                        throw new AssertionError(interrupted);
                    }
                    for (int spin = 0; spin < spins; spin++) Thread.onSpinWait();
                    server.publish(channel, data);
                });
                begun.countDown();
                ClientConnection connection = open(server, kind, selection, before);
                assertThat(next(connection)).as("try %d by %s", i, kind).isEqualTo(data);
                publisher.join();
                if (kind != ClientKind.LONG_POLL) {
                    server.publish(channel, "marker " + i);
                    assertThat(next(connection)).as("try %d by %s", i, kind).isEqualTo("marker " + i);
                }
                connection.cut();
            }
        }
    }

    /// The data of the next event; other messages are skipped.
    private static @Nullable String next(ClientConnection connection) {
        for (; ; ) {
            Observation observation = connection.next();
            switch (observation) {
                case Observation.Envelope(var event) -> {
                    return Observation.text(event, "data");
                }
                case Observation.Raw raw -> {
                    return raw.data();
                }
                case Observation.Opened _, Observation.At _ -> {}
                default -> throw new AssertionError("received " + observation);
            }
        }
    }

    private static ClientConnection open(TestServer server, ClientKind kind, String selection, Cursor after) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(
                "Accept",
                switch (kind) {
                    case SSE_RAW, SSE_JSON -> "text/event-stream";
                    case JSON_LINES -> "application/x-ndjson";
                    case WEBSOCKET, LONG_POLL, POLL -> "application/json";
                });
        String target = "/channels/" + selection + "?after=" + after
                + switch (kind) {
                    case SSE_RAW -> "&envelope=raw";
                    case SSE_JSON -> "&envelope=json";
                    case LONG_POLL -> "&wait=60";
                    case JSON_LINES, WEBSOCKET, POLL -> "";
                };
        return ClientConnection.open(server.server().uri(), kind, target, fields);
    }

    @Test
    void wakesEveryEventLoop() {
        try (TestServer server = start()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 2 * LOOPS; i++) { // Connections are assigned to the loops in turn.
                RawClient client = new RawClient(server);
                client.get("/channels/news", "Accept: text/event-stream").until("id: ");
                clients.add(client);
            }
            Cursor id = server.publish("news", "hello");
            for (RawClient client : clients) client.until("data: hello\nid: " + id + "\n\n");
            clients.forEach(RawClient::close);
        }
    }
}
