package dev.sluice.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.log.Retention;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The statistics of a hub, read over every transport.
final class StatisticsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @AutoClose
    private final TestServer server = TestServer.start();

    /// Reads up to an event with this text.
    private static Received.AnEvent event(Listener listener, String part) {
        while (true) {
            Received.AnEvent event = listener.next(Received.AnEvent.class);
            if (event.data().contains(part)) return event;
        }
    }

    @ParameterizedTest
    @EnumSource
    void areReadOverEachTransport(ListenerKind kind) {
        try (Listener first = ListenerKind.NDJSON.listen(server, "/channels/$stats")) {
            for (int i = 0; i < 7; i++) server.publish("news", "goal");
            server.pass(SECOND);
            event(first, "\"published\":7"); // The record is there.
        }
        try (Listener listener = kind.listen(server, "/channels/$stats?after=earliest&type=traffic")) {
            assertThat(event(listener, "\"published\":7").data()).contains("\"publishedBytes\":28");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#withCursors")
    void resumeOnAnotherTransportWithoutAGapOrARepetition(ListenerKind kind) {
        String cursor;
        try (Listener listener = kind.listen(server, "/channels/$stats?after=latest&type=traffic")) {
            server.publish("news", "goal");
            server.pass(SECOND);
            event(listener, "\"published\":1");
            cursor = listener.cursor();
        }
        server.publishAtOnce("news", 2);
        server.pass(SECOND);
        try (Listener listener = ListenerKind.SSE.listen(server, "/channels/$stats?type=traffic&after=" + cursor)) {
            assertThat(listener.next(Received.AnEvent.class).data()).contains("\"published\":2");
        }
    }

    @Test
    void beginWithTheStateOfEachGroup() {
        try (Listener first = ListenerKind.NDJSON.listen(server, "/channels/$stats?type=traffic")) {
            server.publish("news", "goal");
            server.pass(SECOND);
            event(first, "\"published\":1");
            server.pass(SECOND);
            event(first, "{");
        }
        String answer = server.get("/channels/$stats?snapshot=true&as=json").body();
        assertThat(answer)
                .containsOnlyOnce("\"key\":\"hub\"")
                .containsOnlyOnce("\"key\":\"traffic\"")
                .containsOnlyOnce("\"key\":\"capacity\"")
                .doesNotContain("\"published\"");
    }

    @Test
    void takeNoPositionInTheLogOfTheHub() {
        Cursor head = server.publish("news", "goal");
        try (Listener everything = ListenerKind.NDJSON.listen(server, "/channels/**");
                Listener listener = ListenerKind.NDJSON.listen(server, "/channels/$stats")) {
            server.pass(SECOND);
            event(listener, "started");
            assertThat(server.log().head()).isEqualTo(head);
            server.publish("news", "another");
            everything.expect("another");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?name=$stats&name=news",
                "?name=$stats/channels/a&name=b/*",
                "/$stats/**",
                "/$stats/channels/*",
                "/$stats/other",
                "/$stats/channels/$audit"
            })
    void areNamedInFullAndAlone(String selection) {
        HttpResponse<String> refused =
                server.get("/channels" + selection + (selection.contains("?") ? "&" : "?") + "as=json");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("$stats", "\"field\":\"name\"");
    }

    @Test
    void arePublishedAndDeletedByTheHubAlone() {
        assertThat(server.post("/channels/$stats", "1").statusCode()).isEqualTo(403);
        assertThat(server.send("DELETE", "/channels/$stats", "").statusCode()).isEqualTo(403);
    }

    @Test
    void ofOneChannelAreRecordedWhileItIsRead() {
        server.pass(SECOND);
        try (Listener news = ListenerKind.SSE.listen(server, "/channels/news");
                Listener listener = ListenerKind.NDJSON.listen(server, "/channels/$stats/channels/news")) {
            server.pass(SECOND);
            event(listener, "{");
            server.publish("sports", "goal");
            String figures = "";
            while (!figures.contains(
                    "\"published\":3")) { // Fewer where a record is late: then it is about two seconds.
                server.publishAtOnce("news", 3);
                server.pass(SECOND);
                figures = listener.next(Received.AnEvent.class).data();
            }
            assertThat(figures).contains("\"publishedBytes\":21", "\"readers\":1", "\"events\":", "\"newest\":");
            assertThat(news.next(Received.AnEvent.class).data()).isEqualTo("event 0");
        }
        try (Listener hub = ListenerKind.NDJSON.listen(server, "/channels/$stats?type=traffic")) {
            for (int i = 1; i < 20; i++) { // Longer than it lingers.
                server.publishAtOnce("news", i);
                server.pass(SECOND);
                event(hub, "\"published\":" + i);
            }
        }
        assertThat(server.send("HEAD", "/channels/$stats/channels/news", "")
                        .headers()
                        .firstValue("Sluice-Latest"))
                .as("it is recorded no longer")
                .isEmpty();
    }

    @Test
    void ofOneChannelDoNotGrowWithTheRecordsOfTheHub() {
        try (Listener listener = ListenerKind.NDJSON.listen(server, "/channels/$stats/channels/news")) {
            server.pass(SECOND);
            event(listener, "{");
            server.publishAtOnce("$audit", 50);
            server.publish("news", "goal");
            server.pass(SECOND);
            assertThat(listener.next(Received.AnEvent.class).data()).contains("\"published\":1,");
        }
    }

    @Test
    void ofOneChannelDoNotGrowWithTheLossesOfAnother() {
        MemoryLog log = MemoryLog.builder(InstantSource.system())
                .retention(name -> name.value().equals("ticker") ? Retention.events(1) : Retention.ALL)
                .open();
        try (TestServer hub = TestServer.start(log);
                Listener news = ListenerKind.NDJSON.listen(hub, "/channels/$stats/channels/news");
                Listener ticker = ListenerKind.NDJSON.listen(hub, "/channels/$stats/channels/ticker")) {
            hub.pass(SECOND);
            event(news, "{");
            event(ticker, "{");
            hub.publishAtOnce("$audit", 50);
            hub.publish("news", "goal");
            hub.publishAtOnce("ticker", 100);
            hub.pass(SECOND);
            assertThat(news.next(Received.AnEvent.class).data()).contains("\"published\":1,");
            assertThat(ticker.next(Received.AnEvent.class).data()).contains("\"published\":100,");
        }
    }

    @Test
    void nameTheReadersThatAreFurthestBehind() {
        HubSettings usual = HubSettings.DEFAULT;
        HubSettings patient = new HubSettings(
                usual.encodedBytes(), usual.answersBytes(), Duration.ofDays(9), usual.resolve(), usual.overflow());
        try (TestServer hub = TestServer.start(patient);
                RawClient slow = new RawClient(hub);
                RawClient quick = new RawClient(hub)) {
            slow.get("/channels/news?as=sse").until("\n\n"); // And reads no further.
            quick.get("/channels/sports?as=ndjson").until("cursor");
            for (int i = 0; i < 40; i++) hub.publish("news", "x".repeat(256 << 10));
            Await.that(() -> {
                hub.pass(SECOND);
                String found = hub.get("/channels/$stats?type=slowest&after=earliest&as=json")
                        .body();
                assertThat(found).doesNotContain("sports");
                return found.contains(
                        "\"transport\":\"sse\",\"address\":\"127.0.0.1\",\"channel\":\"news\",\"events\":");
            });
        }
    }

    @Test
    void readAtMostAHundredChannelsAtATime() {
        for (int i = 0; i < 100; i++)
            assertThat(server.get("/channels/$stats/channels/c" + i + "?as=json")
                            .statusCode())
                    .isEqualTo(200);
        HttpResponse<String> refused = server.get("/channels/$stats/channels/another?as=json");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("100 channels");
        assertThat(server.get("/channels/$stats/channels/c7?as=json").statusCode())
                .isEqualTo(200);
    }

    @Test
    void listTheBusiestChannelsAndThoseThatAreGone() {
        server.publish("old", "goal");
        try (Listener listener = ListenerKind.NDJSON.listen(server, "/channels/$stats/channels?snapshot=true")) {
            server.pass(SECOND);
            Received.AnEvent all = event(listener, "{");
            assertThat(all.type()).isEqualTo("all");
            assertThat(all.data()).contains("\"old\":{\"newest\":");
            server.publishAtOnce("news", 5);
            server.pass(SECOND);
            assertThat(event(listener, "news").data())
                    .contains("\"rate\":2.5", "\"timeMs\":")
                    .doesNotContain("old");
            server.send("DELETE", "/channels/old", "");
            server.pass(SECOND);
            assertThat(event(listener, "old").data()).contains("\"old\":null");
        }
    }
}
