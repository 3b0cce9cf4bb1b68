package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StopTest {
    /// A stop time so long that a test that waited for it would exceed its deadline.
    private static final Duration FOR_EVER = Duration.ofMinutes(10);

    @Test
    void closesAnIdleConnection() {
        TestServer server = patient();
        try (RawClient client = new RawClient(server)) {
            client.get("/livez").until("\r\n\r\n");
            server.close();
            client.rest();
        }
    }

    @Test
    void endsAStreamCompletelyAndAnswersAWaitingPoll() {
        TestServer server = patient();
        try (RawClient stream = new RawClient(server);
                RawClient poll = new RawClient(server)) {
            stream.get("/channels/a?as=ndjson").until("{\"cursor\":");
            server.publish("b", "x");
            poll.get("/channels/a?wait=60", "Accept: application/json");
            awaitRequests(server);
            server.close();
            assertThat(stream.rest()).endsWith("\r\n0\r\n\r\n");
            assertThat(poll.rest()).contains("\"events\":[]").containsIgnoringCase("connection: close");
        }
    }

    /// The hub has received both requests once another connection of each loop has its answer.
    private static void awaitRequests(TestServer server) {
        for (int i = 0; i < 4; i++) {
            try (RawClient other = new RawClient(server)) {
                other.get("/livez").until("\r\n\r\n");
            }
        }
    }

    private static TestServer patient() {
        ServerSettings patient =
                TestServer.settings(2).toBuilder().stopTime(FOR_EVER).build();
        return TestServer.start(patient);
    }
}
