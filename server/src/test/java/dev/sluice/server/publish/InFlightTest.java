package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Uploads that are never finished, beside publishers that are.
final class InFlightTest {
    private static final int EVENT_BYTES = 64 << 10;
    private static final int IDLE = 64;
    private static final int UPLOADS = IDLE + IDLE / 2; // So that some have to give way.

    /// The budget is for as many uploads as there are idle ones, as with the defaults.
    private final PublishServer server = new PublishServer(
            new PublishSettings(EVENT_BYTES, 1000, EVENT_BYTES, (long) IDLE * EVENT_BYTES, 256, 1 << 20));

    /// All but the last byte.
    private static void uploadIdly(RawClient client, String path) {
        client.send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + EVENT_BYTES + "\r\n\r\n"
                + "a".repeat(EVENT_BYTES - 1));
    }

    @ParameterizedTest
    @CsvSource({
        "/channels/idle, 127.0.0.1",
        "/channels/idle, 127.0.0.2",
        "/channels/idle?split=line, 127.0.0.1",
        "/channels/idle?split=line, 127.0.0.2"
    })
    void everybodyElsePublishesBeside64IdleUploads(String path, String second) {
        List<RawClient> idle = new ArrayList<>();
        for (int i = 0; i < UPLOADS; i++) {
            RawClient client = server.rawFrom(i % 2 == 0 ? "127.0.0.1" : second);
            uploadIdly(client, path);
            idle.add(client);
            assertThat(server.post("/channels/x", "b".repeat(1000)).statusCode())
                    .as("beside " + i)
                    .isEqualTo(201);
        }
        assertThat(server.entries("x")).hasSize(UPLOADS);
        assertThat(answered(idle).until("}"))
                .startsWith("HTTP/1.1 503 ")
                .containsIgnoringCase("retry-after: 1\r\n")
                .contains("/problems/full", "publish.under_way_max");
        idle.forEach(RawClient::close);
        server.awaitUnderWay(0);
    }

    @Test
    void whatGaveWayMayBeSentAgain() {
        List<RawClient> idle = new ArrayList<>();
        for (int i = 0; i < IDLE; i++) {
            idle.add(server.raw());
            uploadIdly(idle.getLast(), "/channels/x");
        }
        assertThat(answered(idle).until("}")).startsWith("HTTP/1.1 503 ");
        assertThat(server.post("/channels/x", "a".repeat(EVENT_BYTES)).statusCode())
                .isEqualTo(201);
        idle.forEach(RawClient::close);
        server.awaitUnderWay(0);
    }

    /// The first that has an answer. Which one it is depends on when the event loops read what was sent.
    private static RawClient answered(List<RawClient> clients) {
        Await.that(() -> clients.stream().anyMatch(client -> !client.hasNothing()), () -> "nobody gave way");
        return clients.stream()
                .filter(client -> !client.hasNothing())
                .findFirst()
                .orElseThrow();
    }

    @AfterEach
    void close() {
        server.close();
    }
}
