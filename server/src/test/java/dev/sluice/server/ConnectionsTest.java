package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.memory.MemoryLog;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// How many connections there may be, and what one too many is told.
class ConnectionsTest {
    private static TestServer taking(int connections) {
        ServerSettings usual = TestServer.settings(2);
        ServerSettings few = new ServerSettings(
                usual.host(),
                usual.port(),
                usual.loops(),
                connections,
                usual.answerBytesMax(),
                usual.tick(),
                usual.stopTime(),
                usual.security(),
                usual.http(),
                usual.hub(),
                usual.subscribe(),
                usual.publish(),
                usual.presence());
        return TestServer.start(MemoryLog.builder(InstantSource.system()).open(), few);
    }

    @Test
    void tellsOneTooManyToComeBack() {
        try (TestServer server = taking(3)) {
            List<RawClient> streams = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                streams.add(new RawClient(server).get("/channels/news?as=sse"));
                streams.getLast().until("\n\n");
            }
            for (int i = 0; i < 20; i++) {
                // It has sent its request already, and more: still it can read the answer.
                try (RawClient late = new RawClient(server)) {
                    late.send("POST /channels/news HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n");
                    late.send("x".repeat(10_000));
                    assertThat(late.rest().toLowerCase(Locale.ROOT))
                            .startsWith("http/1.1 503 ")
                            .contains("\r\nretry-after: ", "\r\nconnection: close\r\n", "\"status\":503")
                            .contains("\r\ncache-control: no-store\r\n", "\r\nx-content-type-options: nosniff\r\n");
                }
            }
            server.publish("news", "still here");
            for (RawClient stream : streams) assertThat(stream.until("\n\n")).contains("data: still here");
            streams.getFirst().close();
            server.awaitConnections(2);
            assertThat(server.get("/livez").statusCode()).isEqualTo(200);
            for (RawClient stream : streams) stream.close();
        }
    }
}
