package dev.sluice.sense.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.check.Network;
import dev.sluice.sense.check.WebClient;
import dev.sluice.sense.story.RawServer;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DeadMansSwitchTest {
    /// Behaves like Node's servers with WebSockets, which take any upgrade for one to a WebSocket.
    @Test
    @Timeout(60)
    void reachesAServerThatRefusesUpgradesAtEachAddressOfItsHost() throws Exception {
        Dns deadAndLive = _ -> List.of(InetAddress.getByName("127.0.0.79"), InetAddress.getByName("127.0.0.1"));
        var head = new CompletableFuture<String>();
        try (var server = new RawServer(request -> {
                    head.complete(request);
                    return RawServer.answer("200 OK", "");
                });
                var told = new DeadMansSwitch(
                        () -> Optional.of(HttpUrl.get("http://both.test:" + server.port() + "/ping")),
                        () -> true,
                        WebClient.forAlerts(Network.of(deadAndLive, null)))) {
            told.start();
            assertThat(head.get()).startsWith("GET /ping HTTP/1.1").doesNotContainIgnoringCase("upgrade");
        }
    }
}
