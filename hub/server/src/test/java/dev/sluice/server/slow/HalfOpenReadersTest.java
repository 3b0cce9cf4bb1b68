package dev.sluice.server.slow;

import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Half-open connections: the client is gone, and nobody told the server.
final class HalfOpenReadersTest {
    private static final String WEBSOCKET = """
            GET /channels/quiet HTTP/1.1\r
            Host: localhost\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
            \r
            """;

    @ParameterizedTest
    @ValueSource(strings = {"as=sse", "as=ndjson", "websocket"})
    void areEndedWhenTheirHeartbeatsAreNotTaken(String how) {
        String request = how.equals("websocket")
                ? WEBSOCKET
                : "GET /channels/quiet?" + how + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try (TestServer server = TestServer.start();
                HalfOpenClient vanished = new HalfOpenClient(server, request);
                RawClient there = new RawClient(server)) {
            there.get("/channels/quiet?as=ndjson").until("{\"cursor\":");
            // A WebSocket has its answer before its stream begins.
            Await.that(() -> server.server().hub().readers().readers() == 2);
            vanished.vanish();
            // A heartbeat after 15 s, and 60 s in which it is not taken; looks are 15 s apart, and one may come late.
            for (int i = 0; i < 6 || (i < 10 && server.server().connections() > 1); i++)
                passQuarterMinute(server, there);
            server.awaitConnections(1);
            server.publish("quiet", "still here");
            there.until("still here");
        }
    }

    /// The reader that is there takes its heartbeat, so that both have had theirs.
    private static void passQuarterMinute(TestServer server, RawClient there) {
        server.pass(Duration.ofSeconds(15));
        there.until("{\"heartbeat\":");
        there.until("\n");
        server.tick();
    }
}
