package dev.sluice.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.TestServer;
import dev.sluice.server.transport.WebSocketListener;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A session over WebSocket shows that it lives, and asks its client for the same.
final class SessionHeartbeatTest {
    private static final int PING = 0x89;
    private static final int PONG = 0x8A;
    private static final byte[] NOTHING = new byte[0];

    private static WebSocketListener open(TestServer server) {
        return new WebSocketListener(server, "/session?heartbeat=30", true, "Sec-WebSocket-Protocol: sluice.v1.json");
    }

    /// What comes: `ping`, or the op of a message.
    private static String next(WebSocketListener line) throws IOException {
        WebSocketListener.Frame frame = line.frame();
        if (frame.first() == PING) return "ping";
        String text = new String(frame.payload(), StandardCharsets.UTF_8);
        return text.replaceFirst("^\\{\"op\":\"([a-z]*)\".*", "$1");
    }

    /// Answers a Ping, and waits until the answer is in: the hub takes frames in their order.
    private static void answer(WebSocketListener line) throws IOException {
        line.send(PONG, NOTHING).sendText("{\"op\":\"ping\"}");
        assertThat(next(line)).isEqualTo("pong");
    }

    @Test
    void livesForEverWhereItOnlyListensAndAnswersPings() throws IOException {
        try (TestServer server = TestServer.start();
                WebSocketListener line = open(server)) {
            line.sendText("{\"op\":\"hello\"}");
            assertThat(next(line)).isEqualTo("welcome");
            for (int i = 0; i < 5; i++) { // More than twice the time in which a Pong is due.
                server.pass(Duration.ofSeconds(31));
                assertThat(next(line)).isEqualTo("heartbeat");
                assertThat(next(line)).isEqualTo("ping");
                answer(line);
            }
        }
    }

    @Test
    void isEndedWhereItAnswersNoPing() throws IOException {
        try (TestServer server = TestServer.start();
                WebSocketListener line = open(server)) {
            line.sendText("{\"op\":\"hello\"}");
            assertThat(next(line)).isEqualTo("welcome");
            server.pass(Duration.ofSeconds(31));
            assertThat(next(line)).isEqualTo("heartbeat");
            assertThat(next(line)).isEqualTo("ping"); // From here on a Pong is due.
            for (int i = 0; i < 8; i++) {
                server.pass(Duration.ofSeconds(16));
                server.tick();
            }
            List<String> heard = new ArrayList<>();
            try {
                while (true) heard.add(next(line));
            } catch (EOFException cut) {
                assertThat(heard).isSubsetOf("heartbeat", "ping");
            }
        }
    }

    @Test
    void hasNoHeartbeatBeforeItsHelloIsAnswered() throws IOException {
        try (TestServer server = TestServer.start();
                WebSocketListener line = open(server)) {
            server.tick(); // The session has begun.
            for (int i = 0; i < 3; i++) {
                server.pass(Duration.ofSeconds(31));
                assertThat(next(line)).isEqualTo("ping");
                line.send(PONG, NOTHING).sendText("{\"op\":\"ping\"}");
                assertThat(next(line)).as("nothing but hello is taken yet").isEqualTo("error");
            }
            line.sendText("{\"op\":\"hello\"}");
            assertThat(next(line)).isEqualTo("welcome");
            server.pass(Duration.ofSeconds(31));
            assertThat(next(line)).isEqualTo("heartbeat");
        }
    }
}
