package dev.sluice.server.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.server.TestServer;
import dev.sluice.server.transport.Heard;
import dev.sluice.server.transport.WebSocketListener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What goes both ways over a WebSocket: publishing, pings, goodbyes.
class WebSocketConversationTest {
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
    void publishesAndSaysWhatBecameOfIt() {
        try (TestServer server = TestServer.start();
                WebSocketListener line = json(server, "/channels/news")) {
            line.sendText("{\"ref\":7,\"data\":\"hello\",\"type\":\"tick\",\"key\":\"k\"}");
            JsonNode ok = line.receipt().get("ok");
            assertThat(ok.get("ref").asInt()).isEqualTo(7);
            Heard.AnEvent event = line.next(Heard.AnEvent.class);
            assertThat(event).isEqualTo(new Heard.AnEvent(ok.get("id").asString(), "news", "tick", "hello"));
            line.sendText("{\"ref\":\"two\",\"channel\":\"other\",\"data\":1}");
            assertThat(line.receipt().get("ok").get("ref").asString()).isEqualTo("two");
            line.sendText("{\"ref\":3,\"type\":\"sluice.no\",\"data\":1}").sendText("{");
            JsonNode error = line.receipt().get("error");
            assertThat(error.get("ref").asInt()).isEqualTo(3);
            assertThat(error.get("status").asInt()).isEqualTo(400);
            assertThat(error.get("retry").asBoolean()).isFalse();
            assertThat(line.next(Heard.AnError.class)).isEqualTo(new Heard.AnError(400, false));
            line.sendText("{\"data\":\"on\"}");
            line.expect("on");
        }
    }

    @Test
    void answersInTheOrderItWasAsked() {
        try (TestServer server = TestServer.start();
                WebSocketListener line = json(server, "/channels/quiet")) {
            for (int i = 0; i < 500; i++) line.sendText("{\"ref\":" + i + ",\"channel\":\"news\",\"data\":" + i + "}");
            for (int i = 0; i < 500; i++) {
                assertThat(line.receipt().get("ok").get("ref").asInt()).isEqualTo(i);
            }
        }
    }

    @Test
    void asksForAChannelWhereTheSelectionIsNotOne() {
        try (TestServer server = TestServer.start();
                WebSocketListener line = json(server, "/channels/news/*")) {
            line.sendText("{\"ref\":1,\"data\":\"x\"}");
            assertThat(line.receipt().get("error").get("status").asInt()).isEqualTo(400);
        }
    }

    @Test
    void publishesRawFramesWithoutAnAnswer() {
        try (TestServer server = TestServer.start();
                WebSocketListener line = raw(server)) {
            line.send(0x81, utf8("text")).send(0x82, new byte[] {'b', 'y', 't', 'e'});
            assertThat(line.next(Heard.AnEvent.class)).isEqualTo(new Heard.AnEvent(null, null, null, "text"));
            assertThat(line.next(Heard.AnEvent.class)).isEqualTo(new Heard.AnEvent(null, null, "binary", "byte"));
        }
    }

    @Test
    void putsFragmentsTogetherAndAnswersAPingBetweenThem() {
        try (TestServer server = TestServer.start();
                WebSocketListener line = raw(server)) {
            line.send(0x01, utf8("one "))
                    .send(0x00, utf8("two "))
                    .send(0x89, utf8("ping"))
                    .send(0x80, utf8("three"));
            assertThat(line.pong()).isEqualTo(utf8("ping"));
            line.expect("one two three");
        }
    }

    @Test
    void splitsCharactersBetweenFragments() {
        try (TestServer server = TestServer.start();
                WebSocketListener line = raw(server)) {
            byte[] smile = utf8("😀");
            line.send(0x01, new byte[] {smile[0], smile[1]}).send(0x80, new byte[] {smile[2], smile[3]});
            line.expect("😀");
        }
    }

    @Test
    void answersAPingBetweenTwoEventsHoweverLargeTheyAre() {
        try (TestServer server = TestServer.start();
                WebSocketListener line = raw(server)) {
            String huge = "x".repeat(1 << 20);
            for (int i = 0; i < 12; i++) server.publish("news", huge); // More than any buffer on the way holds.
            for (int i = 0; i < 20; i++) line.send(0x89, utf8("ping " + i));
            // Read only now: everything on the line is whole, or this would not understand it.
            for (int i = 0; i < 20; i++) assertThat(line.pong()).isEqualTo(utf8("ping " + i));
            for (int i = 0; i < 12; i++) line.expect(huge);
        }
    }

    @Test
    void beatsWithAPing() {
        try (TestServer server = TestServer.start();
                WebSocketListener line = json(server, "/channels/news?heartbeat=5")) {
            line.next(Heard.Begin.class);
            for (int i = 1; i < 4; i++) {
                Cursor elsewhere = server.publish("elsewhere", "x");
                server.pass(Duration.ofSeconds(6));
                assertThat(line.next(Heard.ABeat.class)).isEqualTo(new Heard.ABeat(elsewhere.text(), 0));
                server.publish("news", "behind the ping");
                line.expect("behind the ping");
                assertThat(line.pings()).isEqualTo(i);
            }
        }
    }

    @Test
    void endsWhoAnswersNoPing() {
        try (TestServer server = TestServer.start();
                WebSocketListener line = raw(server).leavePingsUnanswered()) {
            server.publish("news", "a");
            line.expect("a");
            for (int i = 0; i < 10; i++) {
                server.pass(Duration.ofSeconds(16));
                server.tick();
            }
            line.expectEnd("cut");
        }
    }

    @Test
    void leavesAloneWhoAnswersPings() {
        try (TestServer server = TestServer.start();
                WebSocketListener line = json(server, "/channels/news?heartbeat=30")) {
            line.next(Heard.Begin.class);
            for (int i = 0; i < 10; i++) {
                server.publish("elsewhere", "x");
                server.pass(Duration.ofSeconds(31));
                line.next(Heard.ABeat.class);
                server.publish("news", "a");
                line.expect("a");
                // The Pong is in when what was sent behind it has been answered.
                line.sendText("{\"ref\":1,\"channel\":\"other\",\"data\":1}").receipt();
            }
        }
    }

    @Test
    void echoesTheClientsGoodbye() {
        for (int code : new int[] {1000, 1001, 3000, 4999}) {
            try (TestServer server = TestServer.start();
                    WebSocketListener line = raw(server)) {
                line.send(0x88, new byte[] {(byte) (code >> 8), (byte) code});
                line.expectEnd(Integer.toString(code));
            }
        }
        try (TestServer server = TestServer.start();
                WebSocketListener line = raw(server)) {
            line.send(0x88, new byte[0]);
            line.expectEnd("1000");
        }
    }

    @Test
    void saysGoodbyeBehindTheEventThatIsHalfOut() {
        try (TestServer server = TestServer.start();
                WebSocketListener line = raw(server)) {
            String huge = "x".repeat(1 << 20);
            for (int i = 0; i < 12; i++) server.publish("news", huge);
            line.send(0x88, new byte[] {(byte) (1000 >> 8), (byte) 1000});
            assertThat(line.dataToTheEnd()).allMatch(huge::equals);
        }
    }

    @Test
    void stopsListeningToWhoDoesNotReadItsAnswers() {
        try (TestServer server = TestServer.start();
                WebSocketListener line = json(server, "/channels/quiet")) {
            int messages = 8_000; // More answers than the buffers on the way hold.
            Thread publishing = Thread.startVirtualThread(() -> {
                for (int i = 0; i < messages; i++) {
                    line.sendText("{\"ref\":" + i + ",\"channel\":\"news\",\"data\":1}");
                }
            });
            for (int i = 0; i < messages; i++) {
                assertThat(line.receipt().get("ok").get("ref").asInt()).isEqualTo(i);
            }
            assertThat(publishing.isAlive()).isFalse();
        }
    }
}
