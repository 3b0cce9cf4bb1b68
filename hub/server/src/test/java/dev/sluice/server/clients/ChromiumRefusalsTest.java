package dev.sluice.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.server.Browser;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.clients.ChromiumClient.Api;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Tests what a page learns of refusals and ends. A browser's EventSource stops for good at any status but 200, and
/// hides the reason; its WebSocket hides the reason of a refused handshake.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ChromiumRefusalsTest {
    private static final String CONNECTING = "error, state 0";
    private static final String CLOSED = "error, state 2";

    @AutoClose
    private final Browser browser = Browser.english();

    private final ChromiumClient eventSource = new ChromiumClient(browser, Api.EVENTSOURCE, null);
    private final ChromiumClient webSocket = new ChromiumClient(browser, Api.WEBSOCKET, null);

    @Test
    void reconnectsWhenAFullHubHasCapacityAgain() {
        try (var pages = new PageServer();
                var server = TestServer.forConnections(1, pages.uri().toString())) {
            var received = new ReceivedEvents();
            var client = new ChromiumClient(browser, Api.EVENTSOURCE, pages.uri());
            var occupant = new RawClient(server);
            occupant.get("/channels/news", "Accept: text/event-stream").until("\r\n\r\n");
            try (var _ = client.follow(server.uri("/channels/news?after=earliest"), null, received)) {
                assertThat(received.awaitNote("sluice.error")).contains("\"status\":503", "\"retry\":true");
                received.awaitNote(CONNECTING);
                occupant.close();
                var id = server.publish("news", "room again");
                received.expect(List.of(new ReceivedEvents.Event(id.text(), "room again")));
                assertThat(received.notes()).doesNotContain(CLOSED);
            }
        }
    }

    @Test
    void stopsAfterTheEndOfAChannel() {
        try (var server = TestServer.start()) {
            var received = new ReceivedEvents();
            var id = server.publish("news", "the last");
            server.publish(Draft.end(new ChannelName("news")));
            try (var _ = eventSource.follow(server.uri("/channels/news?after=earliest"), null, received)) {
                assertThat(received.awaitNote("sluice.closed")).contains("\"channel\":\"news\"");
                received.awaitNote(CLOSED); // It reconnected once after the end, and received 204.
                received.expect(List.of(new ReceivedEvents.Event(id.text(), "the last")));
                assertThat(received.notes()).containsOnlyOnce(CONNECTING).containsOnlyOnce(CLOSED);
            }
        }
    }

    @Test
    void eventSourceReceivesTheReasonWithErrorsEvent() {
        try (var server = TestServer.start()) {
            var received = new ReceivedEvents();
            try (var _ = eventSource.follow(server.uri("/channels/news?errors=event&limit=3"), null, received)) {
                assertThat(received.awaitNote("sluice.error")).contains("\"status\":400", "\"retry\":false", "'limit'");
                received.awaitNote(CONNECTING); // It reconnects after a day, unless the page closes it.
            }
        }
    }

    @Test
    void eventSourceReceivesAFatalGapWithErrorsEvent() {
        try (var server = TestServer.start()) {
            var received = new ReceivedEvents();
            var lost = server.publish("news", "x");
            server.publish("news", "y");
            server.log().delete(new ChannelName("news")).toCompletableFuture().join();
            var uri = server.uri("/channels/news?errors=event&gap=fail&after=" + lost);
            try (var _ = eventSource.follow(uri, null, received)) {
                assertThat(received.awaitNote("sluice.error"))
                        .contains("\"status\":410", "\"reason\":\"deleted\"", "\"resume\":\"");
            }
        }
    }

    @Test
    void closesAnEventSourceForGoodWithoutErrorsEvent() {
        try (var server = TestServer.start()) {
            var received = new ReceivedEvents();
            try (var _ = eventSource.follow(server.uri("/channels/news?limit=3"), null, received)) {
                received.awaitNote(CLOSED);
                assertThat(received.notes()).containsExactly(CLOSED);
            }
        }
    }

    @Test
    void webSocketReceivesTheReasonWithErrorsEvent() {
        try (var server = TestServer.start()) {
            var withErrors = new ReceivedEvents();
            try (var _ = webSocket.follow(server.uri("/channels/news?errors=event&limit=3"), null, withErrors)) {
                assertThat(withErrors.awaitNote("\"error\"")).contains("\"status\":400", "'limit'");
                withErrors.awaitNote("closed 4400 ");
            }
            var withoutErrors = new ReceivedEvents();
            try (var _ = webSocket.follow(server.uri("/channels/news?limit=3"), null, withoutErrors)) {
                withoutErrors.awaitNote("closed 1006 ");
            }
        }
    }
}
