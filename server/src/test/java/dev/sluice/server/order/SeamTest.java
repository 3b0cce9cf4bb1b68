package dev.sluice.server.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.RawClient;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The moment between history and live: an event that is published just while somebody subscribes comes once. Nothing
/// but the log's growth wakes a reader here, and nothing follows: what is missed at that moment is never made good.
final class SeamTest {
    private static final int LOOPS = 4;
    private static final int TRIES = 400;
    private static final int TRIES_LONG = 40_000;
    private static final List<Way> WAITING =
            List.of(Way.SSE_RAW, Way.SSE_JSON, Way.JSON_LINES, Way.WEBSOCKET, Way.LONG_POLL);

    private static TestServer start() {
        ServerSettings usual = TestServer.settings(LOOPS);
        return TestServer.start(
                MemoryLog.builder(InstantSource.system()).open(), Servers.with(usual, Duration.ofDays(1), usual.hub()));
    }

    @Test
    void anEventThatComesWhileSomebodySubscribesComesOnce() {
        Rounds.play(1, (random, story) -> subscribeWhilePublishing(random, TRIES));
    }

    @Test
    @Tag("long")
    void anEventThatComesWhileSomebodySubscribesComesOnceHoweverOften() {
        Rounds.play(1, (random, story) -> subscribeWhilePublishing(random, TRIES_LONG));
    }

    private static void subscribeWhilePublishing(Random random, int tries) throws Exception {
        try (TestServer server = start()) {
            for (int i = 0; i < tries; i++) {
                Way way = WAITING.get(i % WAITING.size());
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
                Line line = open(server, way, selection, before);
                assertThat(next(line)).as("try %d by %s", i, way).isEqualTo(data);
                publisher.join();
                if (way != Way.LONG_POLL) {
                    server.publish(channel, "marker " + i);
                    assertThat(next(line)).as("try %d by %s", i, way).isEqualTo("marker " + i);
                }
                line.cut();
            }
        }
    }

    /// The data of the next event; whatever else is said does not count.
    private static @Nullable String next(Line line) {
        for (; ; ) {
            Seen seen = line.next();
            switch (seen) {
                case Seen.Envelope(var event) -> {
                    return Seen.text(event, "data");
                }
                case Seen.Raw raw -> {
                    return raw.data();
                }
                case Seen.Opened _, Seen.At _ -> {}
                default -> throw new AssertionError("was told " + seen);
            }
        }
    }

    private static Line open(TestServer server, Way way, String selection, Cursor after) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(
                "Accept",
                switch (way) {
                    case SSE_RAW, SSE_JSON -> "text/event-stream";
                    case JSON_LINES -> "application/x-ndjson";
                    case WEBSOCKET, LONG_POLL, POLL -> "application/json";
                });
        String target = "/channels/" + selection + "?after=" + after
                + switch (way) {
                    case SSE_RAW -> "&envelope=raw";
                    case SSE_JSON -> "&envelope=json";
                    case LONG_POLL -> "&wait=60";
                    case JSON_LINES, WEBSOCKET, POLL -> "";
                };
        return switch (way) {
            case SSE_RAW, SSE_JSON, JSON_LINES -> new StreamLine(server, way, target, false, fields, 0);
            case WEBSOCKET -> new WebSocketLine(server, target, fields);
            case LONG_POLL, POLL -> new PollLine(Servers.HTTP, server, target, fields);
        };
    }

    @Test
    void everyEventLoopIsWoken() {
        try (TestServer server = start()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 2 * LOOPS; i++) { // Connections go to the loops in turn.
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
