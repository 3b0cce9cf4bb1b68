package dev.sluice.demos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.RawClient;
import org.junit.jupiter.api.Test;

final class ChatTest {
    private static final String WELCOME = "Welcome to the WebSocket server!";

    @Test
    void broadcastsEachMessageToAllClients() throws Exception {
        try (var served = RunningDemo.start(new Chat());
                var ada = served.webSocket("/");
                var bob = served.webSocket("/chat");
                var eve = served.webSocket("/any/where")) {
            assertThat(ada.next()).isEqualTo(WELCOME);
            assertThat(bob.next()).isEqualTo(WELCOME);
            assertThat(eve.next()).isEqualTo(WELCOME);

            ada.send("Ada: 你好");

            assertThat(ada.next()).isEqualTo("You said: Ada: 你好");
            assertThat(bob.next()).isEqualTo("Other client said: Ada: 你好");
            assertThat(eve.next()).isEqualTo("Other client said: Ada: 你好");
        }
    }

    @Test
    void ignoresClientsThatHaveLeft() throws Exception {
        try (var served = RunningDemo.start(new Chat())) {
            try (var ada = served.webSocket("/")) {
                ada.next();
                try (var bob = served.webSocket("/")) {
                    bob.next();
                }
                for (int i = 0; i < 20; i++) {
                    ada.send("still here " + i);
                    assertThat(ada.next()).isEqualTo("You said: still here " + i);
                }
            }
            served.awaitNobody();
        }
    }

    @Test
    void disconnectsAClientThatDoesNotReadWithoutDelayingOthers() throws Exception {
        var long_ = "x".repeat(6_000);
        try (var served = RunningDemo.start(new Chat());
                var deaf = new RawClient(served.server().port());
                var ada = served.webSocket("/");
                var bob = served.webSocket("/")) {
            deaf.socket().setReceiveBufferSize(1024);
            deaf.get(
                            "/",
                            "Upgrade: websocket",
                            "Connection: Upgrade",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
                    .until(WELCOME);
            ada.next();
            bob.next();
            // More than the client's small buffers and its inbox can hold.
            for (int i = 0; i < 200; i++) {
                ada.send(i + long_);
                assertThat(ada.next()).isEqualTo("You said: " + i + long_);
                assertThat(bob.next()).isEqualTo("Other client said: " + i + long_);
            }
            served.awaitHandlers(2);
        }
    }
}
