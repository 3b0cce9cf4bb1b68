package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.PendingAppend;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.TestServer;
import dev.sluice.server.TestWebSocket;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whatever way an event comes, a log that writes in groups gets it with the others of the event loop's turn.
final class GatheredPublishesTest {
    private final GroupingLog log = new GroupingLog();
    private final TestServer server = TestServer.start(log);
    private final HttpClient http = HttpClient.newHttpClient();

    private static final class GroupingLog extends ForwardingLog {
        private final AtomicInteger gathered = new AtomicInteger();

        GroupingLog() {
            super(MemoryLog.builder(InstantSource.system()).open());
        }

        @Override
        public boolean isGrouping() {
            return true;
        }

        @Override
        public void appendEach(List<PendingAppend> appends) {
            gathered.addAndGet(appends.size());
            super.appendEach(appends);
        }
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    @Test
    void areWrittenTogetherOverHttp() throws Exception {
        for (int i = 0; i < 5; i++)
            assertThat(server.post("/channels/a", "text").statusCode()).isEqualTo(201);

        assertGathered();
    }

    @Test
    void areWrittenTogetherOverWebSockets() throws Exception {
        try (TestWebSocket socket = new TestWebSocket(http, server.uri("/channels/a"))) {
            for (int i = 0; i < 5; i++) socket.send("{\"ref\":" + i + ",\"data\":\"text\"}");
            awaitReceipts(socket);
        }
        assertGathered();
    }

    @Test
    void areWrittenTogetherOverRawWebSockets() throws Exception {
        try (TestWebSocket socket = new TestWebSocket(http, server.uri("/channels/a?envelope=raw"))) {
            for (int i = 0; i < 5; i++) socket.send("text " + i);
            for (int i = 0; i < 5; i++) assertThat(socket.next()).isEqualTo("text " + i);
        }
        assertGathered();
    }

    @Test
    void areWrittenTogetherInSessions() throws Exception {
        try (TestWebSocket socket = new TestWebSocket(http, server.uri("/session"), "sluice.v1.json")) {
            socket.send("{\"op\":\"hello\"}");
            for (int i = 0; i < 5; i++)
                socket.send("{\"op\":\"publish\",\"ref\":\"" + i + "\",\"channel\":\"a\",\"data\":\"text\"}");
            awaitReceipts(socket);
        }
        assertGathered();
    }

    private static void awaitReceipts(TestWebSocket socket) throws InterruptedException {
        for (int receipts = 0; receipts < 5; ) {
            String message = socket.next();
            assertThat(message).doesNotContain("closed", "error");
            if (message.contains("ok")) receipts++;
        }
    }

    private void assertGathered() {
        assertThat(log.gathered).hasValue(5);
    }
}
