package dev.sluice.sense.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.story.RawServer;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DeadMansSwitchTest {
    /// As Node's servers with WebSockets do: they take any upgrade for one to a WebSocket.
    @Test
    @Timeout(60)
    void reachesAServerThatRefusesUpgrades() throws Exception {
        var head = new CompletableFuture<String>();
        try (var server = new RawServer(request -> {
                    head.complete(request);
                    return RawServer.answer("200 OK", "");
                });
                var told = new DeadMansSwitch(() -> Optional.of(URI.create(server.url("/ping"))), () -> true)) {
            told.start();
            assertThat(head.get()).startsWith("GET /ping HTTP/1.1").doesNotContainIgnoringCase("upgrade");
        }
    }
}
