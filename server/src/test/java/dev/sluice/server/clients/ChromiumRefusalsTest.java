package dev.sluice.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.server.Browser;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.clients.ChromiumClient.Way;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What a page can do with refusals and ends. A browser's EventSource ends for ever at any status but 200, and hides
/// why; its WebSocket hides why a handshake was refused.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ChromiumRefusalsTest {
    private static final String CONNECTING = "error, state 0";
    private static final String CLOSED = "error, state 2";

    private final Browser browser = Browser.english();
    private final ChromiumClient eventSource = new ChromiumClient(browser, Way.EVENTSOURCE, null);
    private final ChromiumClient webSocket = new ChromiumClient(browser, Way.WEBSOCKET, null);

    @AfterAll
    void close() {
        browser.close();
    }

    @Test
    void comesBackWhenAFullHubHasRoomAgain() {
        try (var pages = new PageServer();
                var server = TestServer.forConnections(1, pages.uri().toString())) {
            var seen = new Seen();
            var client = new ChromiumClient(browser, Way.EVENTSOURCE, pages.uri());
            var inside = new RawClient(server);
            inside.get("/channels/news", "Accept: text/event-stream").until("\r\n\r\n");
            try (var _ = client.follow(server.uri("/channels/news?after=earliest"), null, seen)) {
                assertThat(seen.awaitNote("sluice.error")).contains("\"status\":503", "\"retry\":true");
                seen.awaitNote(CONNECTING);
                inside.close();
                var id = server.publish("news", "room again");
                seen.expect(List.of(new Seen.Event(id.text(), "room again")));
                assertThat(seen.notes()).doesNotContain(CLOSED);
            }
        }
    }

    @Test
    void stopsWhenItHasHadTheEndOfAChannel() {
        try (var server = TestServer.start()) {
            var seen = new Seen();
            var id = server.publish("news", "the last");
            server.publish(Draft.end(new ChannelName("news")));
            try (var _ = eventSource.follow(server.uri("/channels/news?after=earliest"), null, seen)) {
                assertThat(seen.awaitNote("sluice.closed")).contains("\"channel\":\"news\"");
                seen.awaitNote(CLOSED); // It came back once, behind the end, and was told 204.
                seen.expect(List.of(new Seen.Event(id.text(), "the last")));
                assertThat(seen.notes()).containsOnlyOnce(CONNECTING).containsOnlyOnce(CLOSED);
            }
        }
    }

    @Test
    void readsWhyAnEventSourceIsRefusedIfItAskedTo() {
        try (var server = TestServer.start()) {
            var seen = new Seen();
            try (var _ = eventSource.follow(server.uri("/channels/news?errors=event&limit=3"), null, seen)) {
                assertThat(seen.awaitNote("sluice.error")).contains("\"status\":400", "\"retry\":false", "'limit'");
                seen.awaitNote(CONNECTING); // In a day, unless the page closes it.
            }
        }
    }

    @Test
    void readsThatAGapIsFatalIfItAskedTo() {
        try (var server = TestServer.start()) {
            var seen = new Seen();
            var place = server.publish("news", "x");
            server.publish("news", "y");
            server.log().delete(new ChannelName("news")).toCompletableFuture().join();
            var uri = server.uri("/channels/news?errors=event&gap=fail&after=" + place);
            try (var _ = eventSource.follow(uri, null, seen)) {
                assertThat(seen.awaitNote("sluice.error"))
                        .contains("\"status\":410", "\"reason\":\"deleted\"", "\"resume\":\"");
            }
        }
    }

    @Test
    void endsAnEventSourceForEverThatDidNotAsk() {
        try (var server = TestServer.start()) {
            var seen = new Seen();
            try (var _ = eventSource.follow(server.uri("/channels/news?limit=3"), null, seen)) {
                seen.awaitNote(CLOSED);
                assertThat(seen.notes()).containsExactly(CLOSED);
            }
        }
    }

    @Test
    void readsWhyAWebSocketIsRefusedIfItAskedTo() {
        try (var server = TestServer.start()) {
            var told = new Seen();
            try (var _ = webSocket.follow(server.uri("/channels/news?errors=event&limit=3"), null, told)) {
                assertThat(told.awaitNote("\"error\"")).contains("\"status\":400", "'limit'");
                told.awaitNote("closed 4400 ");
            }
            var untold = new Seen();
            try (var _ = webSocket.follow(server.uri("/channels/news?limit=3"), null, untold)) {
                untold.awaitNote("closed 1006 ");
            }
        }
    }
}
