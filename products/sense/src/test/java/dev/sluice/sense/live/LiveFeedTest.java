package dev.sluice.sense.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LiveFeedTest {
    @Test
    void eventsThatTheHubNeverAcceptsHoldUpNothingElse() throws Exception {
        BlockingQueue<String> taken = new LinkedBlockingQueue<>();
        HubWriter hub = (channel, type, key, data) -> {
            if (channel.equals(LiveFeed.INCIDENTS)) throw new IllegalArgumentException("too long");
            taken.add(channel);
        };
        try (var live = new LiveFeed(hub)) {
            live.incident("comment", 1, Map.of("text", "long"));
            live.alert("opened", "shop", Map.of());
            live.start();
            assertThat(taken.poll(60, TimeUnit.SECONDS)).isEqualTo(LiveFeed.ALERTS);
            live.self(Map.of());
            assertThat(taken.poll(60, TimeUnit.SECONDS)).isEqualTo(LiveFeed.SELF);
            assertThat(live.dropped()).isEqualTo(1);
        }
    }
}
