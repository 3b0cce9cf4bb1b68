package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.budget.Budget;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Unfinished uploads beside other publishers.
final class InFlightTest {
    private static final int EVENT_BYTES = 64 << 10;
    private static final int IDLE = 64;
    private static final int UPLOADS = IDLE + IDLE / 2; // More than fit into the budget, so that some are evicted.

    /// A budget that holds as many uploads as `IDLE`, as the defaults do.
    @AutoClose
    private final PublishServer server = new PublishServer(new PublishSettings(
            EVENT_BYTES, 1000, EVENT_BYTES, (long) IDLE * EVENT_BYTES, 256, 1 << 20, Budget.LEASES.count()));

    /// Sends all but the last byte.
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
    void publishesBeside64IdleUploads(String path, String second) {
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
                .contains("/problems/full", "publish.in_flight_max");
        idle.forEach(RawClient::close);
        server.awaitInFlight(0);
    }

    @Test
    void acceptsARepetitionOfAnEvictedUpload() {
        List<RawClient> idle = new ArrayList<>();
        for (int i = 0; i < IDLE; i++) {
            idle.add(server.raw());
            uploadIdly(idle.getLast(), "/channels/x");
        }
        assertThat(answered(idle).until("}")).startsWith("HTTP/1.1 503 ");
        assertThat(server.post("/channels/x", "a".repeat(EVENT_BYTES)).statusCode())
                .isEqualTo(201);
        idle.forEach(RawClient::close);
        server.awaitInFlight(0);
    }

    /// The first client with an answer: it depends on the order in which the event loops read.
    private static RawClient answered(List<RawClient> clients) {
        Await.that(() -> clients.stream().anyMatch(client -> !client.hasNothing()), () -> "nobody gave way");
        return clients.stream()
                .filter(client -> !client.hasNothing())
                .findFirst()
                .orElseThrow();
    }
}
