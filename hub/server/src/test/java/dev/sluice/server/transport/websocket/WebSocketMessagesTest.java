package dev.sluice.server.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.server.TestServer;
import dev.sluice.server.transport.Received;
import dev.sluice.server.transport.WebSocketListener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Tests publishing, pings and closing over a WebSocket.
class WebSocketMessagesTest {
    private static WebSocketListener json(TestServer server, String target) {
        return new WebSocketListener(server, target, true);
    }

    private static WebSocketListener raw(TestServer server) {
        return new WebSocketListener(server, "/channels/news?envelope=raw", false);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void publishesAndAcknowledges() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = json(server, "/channels/news")) {
            webSocket.sendText("{\"ref\":7,\"data\":\"hello\",\"type\":\"tick\",\"key\":\"k\"}");
            JsonNode ok = webSocket.receipt().get("ok");
            assertThat(ok.get("ref").asInt()).isEqualTo(7);
            Received.AnEvent event = webSocket.next(Received.AnEvent.class);
            assertThat(event).isEqualTo(new Received.AnEvent(ok.get("id").asString(), "news", "tick", "hello"));
            webSocket.sendText("{\"ref\":\"two\",\"channel\":\"other\",\"data\":1}");
            assertThat(webSocket.receipt().get("ok").get("ref").asString()).isEqualTo("two");
            webSocket.sendText("{\"ref\":3,\"type\":\"sluice.no\",\"data\":1}").sendText("{");
            JsonNode error = webSocket.receipt().get("error");
            assertThat(error.get("ref").asInt()).isEqualTo(3);
            assertThat(error.get("status").asInt()).isEqualTo(400);
            assertThat(error.get("retry").asBoolean()).isFalse();
            assertThat(webSocket.next(Received.AnError.class)).isEqualTo(new Received.AnError(400, false));
            webSocket.sendText("{\"data\":\"on\"}");
            webSocket.expect("on");
        }
    }

    @Test
    void answersInOrder() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = json(server, "/channels/quiet")) {
            for (int i = 0; i < 500; i++)
                webSocket.sendText("{\"ref\":" + i + ",\"channel\":\"news\",\"data\":" + i + "}");
            for (int i = 0; i < 500; i++) {
                assertThat(webSocket.receipt().get("ok").get("ref").asInt()).isEqualTo(i);
            }
        }
    }

    @Test
    void requiresAChannelUnlessTheSelectionIsOne() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = json(server, "/channels/news/*")) {
            webSocket.sendText("{\"ref\":1,\"data\":\"x\"}");
            assertThat(webSocket.receipt().get("error").get("status").asInt()).isEqualTo(400);
        }
    }

    @Test
    void publishesRawFramesWithoutAnAnswer() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = raw(server)) {
            webSocket.send(0x81, utf8("text")).send(0x82, new byte[] {'b', 'y', 't', 'e'});
            assertThat(webSocket.next(Received.AnEvent.class))
                    .isEqualTo(new Received.AnEvent(null, null, null, "text"));
            assertThat(webSocket.next(Received.AnEvent.class))
                    .isEqualTo(new Received.AnEvent(null, null, "binary", "byte"));
        }
    }

    @Test
    void joinsFragmentsAndAnswersAPingBetweenThem() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = raw(server)) {
            webSocket
                    .send(0x01, utf8("one "))
                    .send(0x00, utf8("two "))
                    .send(0x89, utf8("ping"))
                    .send(0x80, utf8("three"));
            assertThat(webSocket.pong()).isEqualTo(utf8("ping"));
            webSocket.expect("one two three");
        }
    }

    @Test
    void acceptsCharactersSplitBetweenFragments() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = raw(server)) {
            byte[] smile = utf8("😀");
            webSocket.send(0x01, new byte[] {smile[0], smile[1]}).send(0x80, new byte[] {smile[2], smile[3]});
            webSocket.expect("😀");
        }
    }

    @Test
    void answersAPingBetweenTwoEventsHoweverLargeTheyAre() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = raw(server)) {
            String huge = "x".repeat(1 << 20);
            for (int i = 0; i < 12; i++) server.publish("news", huge); // More than all buffers on the path hold.
            for (int i = 0; i < 20; i++) webSocket.send(0x89, utf8("ping " + i));
            // Read only now: if any frame were interrupted by another, parsing would fail.
            for (int i = 0; i < 20; i++) assertThat(webSocket.pong()).isEqualTo(utf8("ping " + i));
            for (int i = 0; i < 12; i++) webSocket.expect(huge);
        }
    }

    @Test
    void sendsAPingWithEachHeartbeat() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = json(server, "/channels/news?heartbeat=5")) {
            webSocket.next(Received.Begin.class);
            for (int i = 1; i < 4; i++) {
                Cursor elsewhere = server.publish("elsewhere", "x");
                server.pass(Duration.ofSeconds(6));
                assertThat(webSocket.next(Received.AHeartbeat.class))
                        .isEqualTo(new Received.AHeartbeat(elsewhere.text(), 0));
                server.publish("news", "after the ping");
                webSocket.expect("after the ping");
                assertThat(webSocket.pings()).isEqualTo(i);
            }
        }
    }

    @Test
    void disconnectsAClientThatAnswersNoPing() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = raw(server).leavePingsUnanswered()) {
            server.publish("news", "a");
            webSocket.expect("a");
            for (int i = 0; i < 10; i++) {
                server.pass(Duration.ofSeconds(16));
                server.tick();
            }
            webSocket.expectEnd("cut");
        }
    }

    @Test
    void keepsAClientThatAnswersPings() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = json(server, "/channels/news?heartbeat=30")) {
            webSocket.next(Received.Begin.class);
            for (int i = 0; i < 10; i++) {
                server.publish("elsewhere", "x");
                server.pass(Duration.ofSeconds(31));
                webSocket.next(Received.AHeartbeat.class);
                server.publish("news", "a");
                webSocket.expect("a");
                // The Pong has arrived once the message sent after it is answered.
                webSocket
                        .sendText("{\"ref\":1,\"channel\":\"other\",\"data\":1}")
                        .receipt();
            }
        }
    }

    @Test
    void echoesTheClientsCloseFrame() {
        for (int code : new int[] {1000, 1001, 3000, 4999}) {
            try (TestServer server = TestServer.start();
                    WebSocketListener webSocket = raw(server)) {
                webSocket.send(0x88, new byte[] {(byte) (code >> 8), (byte) code});
                webSocket.expectEnd(Integer.toString(code));
            }
        }
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = raw(server)) {
            webSocket.send(0x88, new byte[0]);
            webSocket.expectEnd("1000");
        }
    }

    @Test
    void closesAfterTheEventInProgress() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = raw(server)) {
            String huge = "x".repeat(1 << 20);
            for (int i = 0; i < 12; i++) server.publish("news", huge);
            webSocket.send(0x88, new byte[] {(byte) (1000 >> 8), (byte) 1000});
            assertThat(webSocket.dataToTheEnd()).allMatch(huge::equals);
        }
    }

    @Test
    void stopsReadingFromAClientThatDoesNotReadAnswers() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = json(server, "/channels/quiet")) {
            int messages = 8_000; // More answers than all buffers on the path hold.
            Thread publishing = Thread.startVirtualThread(() -> {
                for (int i = 0; i < messages; i++) {
                    webSocket.sendText("{\"ref\":" + i + ",\"channel\":\"news\",\"data\":1}");
                }
            });
            for (int i = 0; i < messages; i++) {
                assertThat(webSocket.receipt().get("ok").get("ref").asInt()).isEqualTo(i);
            }
            assertThat(publishing.isAlive()).isFalse();
        }
    }
}
