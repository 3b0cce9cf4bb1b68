package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.memory.MemoryLog;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

final class StopTest {
    /// So patient that a test which needed the patience would not end in time.
    private static final Duration FOR_EVER = Duration.ofMinutes(10);

    @Test
    void letsGoOfAConnectionThatAsksForNothing() {
        TestServer server = patient();
        try (RawClient client = new RawClient(server)) {
            client.get("/livez").until("\r\n\r\n");
            server.close();
            client.rest();
        }
    }

    @Test
    void endsAStreamWholeAndAPollWithWhatThereIs() {
        TestServer server = patient();
        try (RawClient stream = new RawClient(server);
                RawClient poll = new RawClient(server)) {
            stream.get("/channels/a?as=ndjson").until("{\"cursor\":");
            server.publish("b", "x");
            poll.get("/channels/a?wait=60", "Accept: application/json");
            awaitAsked(server);
            server.close();
            assertThat(stream.rest()).endsWith("\r\n0\r\n\r\n");
            assertThat(poll.rest()).contains("\"events\":[]").containsIgnoringCase("connection: close");
        }
    }

    /// Both questions are with the hub once another connection of each loop has its answer.
    private static void awaitAsked(TestServer server) {
        for (int i = 0; i < 4; i++) {
            try (RawClient other = new RawClient(server)) {
                other.get("/livez").until("\r\n\r\n");
            }
        }
    }

    private static TestServer patient() {
        ServerSettings usual = TestServer.settings(2);
        ServerSettings patient = new ServerSettings(
                usual.host(),
                usual.port(),
                usual.loops(),
                usual.connectionsMax(),
                usual.answerBytesMax(),
                usual.tick(),
                FOR_EVER,
                usual.security(),
                usual.http(),
                usual.hub(),
                usual.subscribe(),
                usual.publish(),
                usual.presence());
        return TestServer.start(MemoryLog.builder(InstantSource.system()).open(), patient);
    }
}
