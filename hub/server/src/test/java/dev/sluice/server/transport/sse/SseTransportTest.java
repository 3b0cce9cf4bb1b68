package dev.sluice.server.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SseTransportTest {
    @Test
    void deliversEventsPublishedAfterTheHeaders() {
        try (var server = TestServer.start();
                var client = new RawClient(server)) {
            client.get("/channels/news", "Accept: text/event-stream").until("\r\n\r\n");
            Cursor id = server.publish("news", "hello");
            assertThat(client.until("id: " + id + "\n\n")).contains("data: hello\n");
        }
    }

    @Test
    void sendsACursorBeforeTheFirstEvent() {
        try (var server = TestServer.start();
                var client = new RawClient(server)) {
            Cursor before = server.publish("news", "old");
            String head =
                    client.get("/channels/news", "Accept: text/event-stream").until("\r\n\r\n");
            assertThat(head).startsWith("HTTP/1.1 200 OK\r\n").containsIgnoringCase("Sluice-Cursor: " + before);
            assertThat(client.until("id: " + before + "\n\n")).containsPattern("retry: [0-9]+\n");
        }
    }

    @Test
    void sendsHeartbeatsWithTheCursorOfTheWholeLog() {
        try (var server = TestServer.start();
                var client = new RawClient(server)) {
            client.get("/channels/quiet?heartbeat=5", "Accept: text/event-stream")
                    .until("id: ");
            Cursor elsewhere = server.publish("busy", "x");
            server.pass(Duration.ofSeconds(6));
            client.until("id: " + elsewhere + "\n\n");
        }
    }

    @Test
    void keepsDelivering() {
        try (var server = TestServer.start();
                var client = new RawClient(server)) {
            client.get("/channels/news", "Accept: text/event-stream").until("\r\n\r\n");
            for (int i = 0; i < 100; i++) {
                Cursor id = server.publish("news", "event " + i);
                assertThat(client.until("id: " + id + "\n\n")).contains("data: event " + i + "\n");
            }
        }
    }
}
