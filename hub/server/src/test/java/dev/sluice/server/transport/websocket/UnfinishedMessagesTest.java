package dev.sluice.server.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.budget.Budget;
import dev.sluice.server.Await;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;
import dev.sluice.server.publish.PublishSettings;
import dev.sluice.server.transport.WebSocketListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tests that messages which are never finished do not block other publishers.
final class UnfinishedMessagesTest {
    private static final int MESSAGE_BYTES = 64 << 10;
    private static final int IDLE = 64;

    private static ServerSettings settings() {
        return TestServer.settings(new PublishSettings(
                MESSAGE_BYTES, 1000, MESSAGE_BYTES, (long) IDLE * MESSAGE_BYTES, 256, 1 << 20, Budget.LEASES.count()));
    }

    @ParameterizedTest
    @CsvSource({"/channels/x?envelope=raw, Accept: */*", "/session, Sec-WebSocket-Protocol: sluice.v1.json"})
    void leaveBudgetForOtherPublishers(String path, String header) {
        List<WebSocketListener> idle = new ArrayList<>();
        try (TestServer server = TestServer.start(settings())) {
            for (int i = 0; i < IDLE + IDLE / 2; i++) {
                WebSocketListener webSocket = new WebSocketListener(server, path, false, header);
                idle.add(webSocket.send(i % 2 == 0 ? 0x01 : 0x02, new byte[MESSAGE_BYTES]));
                assertThat(server.post("/channels/y", "b".repeat(1000)).statusCode())
                        .as("beside " + i)
                        .isEqualTo(201);
            }
            answered(idle).expectEnd("1013");
            idle.forEach(WebSocketListener::close);
        }
    }

    /// The first connection with an answer. It varies with the order in which the event loops read.
    private static WebSocketListener answered(List<WebSocketListener> webSockets) {
        Await.that(
                () -> webSockets.stream()
                        .anyMatch(webSocket -> !webSocket.client().hasNothing()),
                () -> "no connection was closed");
        return webSockets.stream()
                .filter(webSocket -> !webSocket.client().hasNothing())
                .findFirst()
                .orElseThrow();
    }
}
