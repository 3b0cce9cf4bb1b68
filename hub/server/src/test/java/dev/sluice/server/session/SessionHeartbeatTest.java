package dev.sluice.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Await;
import dev.sluice.server.TestServer;
import dev.sluice.server.transport.WebSocketListener;
import dev.sluice.wire.WebSocketFrame;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Tests the heartbeats of a session over WebSocket, and the Pongs that its client owes.
final class SessionHeartbeatTest {
    private static final int PING = 0x89;
    private static final int PONG = 0x8A;
    private static final byte[] NOTHING = new byte[0];

    private static WebSocketListener open(TestServer server) {
        return new WebSocketListener(server, "/session?heartbeat=30", true, "Sec-WebSocket-Protocol: sluice.v1.json");
    }

    /// The next frame: `ping`, or the op of a message.
    private static String next(WebSocketListener webSocket) throws IOException {
        WebSocketFrame frame = webSocket.frame();
        if (frame.first() == PING) return "ping";
        String text = new String(frame.payload(), StandardCharsets.UTF_8);
        return text.replaceFirst("^\\{\"op\":\"([a-z]*)\".*", "$1");
    }

    /// Answers a Ping, and waits until the hub has read the answer: it reads frames in order.
    private static void answer(WebSocketListener webSocket) throws IOException {
        webSocket.send(PONG, NOTHING).sendText("{\"op\":\"ping\"}");
        assertThat(next(webSocket)).isEqualTo("pong");
    }

    @Test
    void staysOpenWhileItsClientAnswersPings() throws IOException {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = open(server)) {
            webSocket.sendText("{\"op\":\"hello\"}");
            assertThat(next(webSocket)).isEqualTo("welcome");
            for (int i = 0; i < 5; i++) { // More than twice the time within which a Pong is due.
                server.pass(Duration.ofSeconds(31));
                assertThat(next(webSocket)).isEqualTo("heartbeat");
                assertThat(next(webSocket)).isEqualTo("ping");
                answer(webSocket);
            }
        }
    }

    @Test
    void isDisconnectedIfItsClientAnswersNoPing() throws IOException {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = open(server)) {
            webSocket.sendText("{\"op\":\"hello\"}");
            assertThat(next(webSocket)).isEqualTo("welcome");
            server.pass(Duration.ofSeconds(31));
            assertThat(next(webSocket)).isEqualTo("heartbeat");
            assertThat(next(webSocket)).isEqualTo("ping"); // A Pong is due from here on.
            Await.that(
                    () -> {
                        server.pass(Duration.ofSeconds(16));
                        server.tick();
                        return server.server().connections() == 0;
                    },
                    () -> "still open");
            List<String> received = new ArrayList<>();
            try {
                while (true) received.add(next(webSocket));
            } catch (EOFException cut) {
                assertThat(received).isSubsetOf("heartbeat", "ping");
            }
        }
    }

    @Test
    void sendsNoHeartbeatBeforeItsWelcome() throws IOException {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = open(server)) {
            server.tick(); // The session is open.
            for (int i = 0; i < 3; i++) {
                server.pass(Duration.ofSeconds(31));
                assertThat(next(webSocket)).isEqualTo("ping");
                webSocket.send(PONG, NOTHING).sendText("{\"op\":\"ping\"}");
                assertThat(next(webSocket)).as("only hello is accepted yet").isEqualTo("error");
            }
            webSocket.sendText("{\"op\":\"hello\"}");
            assertThat(next(webSocket)).isEqualTo("welcome");
            server.pass(Duration.ofSeconds(31));
            assertThat(next(webSocket)).isEqualTo("heartbeat");
        }
    }
}
