package dev.sluice.server.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The bytes that an overview of a hub with 10,000 busy channels receives, counted at its socket.
final class OverviewBytesTest {
    private static final int CHANNELS = 10_000;
    private static final int SECONDS = 60;
    private static final int BYTES_PER_SECOND_MAX = 3_000;

    private final Random random = new Random(3);

    private static Publication event(int channel) {
        Draft draft = Draft.event(new ChannelName("shop/orders/" + channel), "message", TestServer.text("an order"));
        return new Publication(draft, Conditions.NONE);
    }

    private void publish(TestServer server, int events) {
        List<Publication> all = new ArrayList<>();
        // A few channels are much busier than the others.
        for (int i = 0; i < events; i++) all.add(event((int) (CHANNELS * Math.pow(random.nextDouble(), 8))));
        server.log().appendAll(all).toCompletableFuture().join();
    }

    @Test
    void areAtMostThreeKilobytesASecond() {
        try (TestServer server = TestServer.start();
                RawClient client = new RawClient(server)) {
            List<Publication> all = new ArrayList<>();
            for (int i = 0; i < CHANNELS; i++) all.add(event(i));
            server.log().appendAll(all).toCompletableFuture().join();
            client.get("/channels?name=$stats&name=$stats/channels&as=sse&after=latest")
                    .until("\r\n\r\n");
            server.pass(Duration.ofSeconds(1));
            client.until("\"published\":" + CHANNELS);
            long bytes = 0;
            long rows = 0;
            for (int second = 0; second < SECONDS; second++) {
                int events = 2_000 + second;
                publish(server, events);
                server.pass(Duration.ofSeconds(1));
                String received = client.until("\"published\":" + events);
                bytes += received.length();
                rows += received.split("\"newest\":", -1).length - 1;
            }
            assertThat(bytes).isLessThanOrEqualTo((long) SECONDS * BYTES_PER_SECOND_MAX);
            assertThat(rows).as("rows, of which each page shows a few dozen").isGreaterThan(SECONDS * 8L);
        }
    }
}
