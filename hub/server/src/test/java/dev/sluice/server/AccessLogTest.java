package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.LoggedLines;
import dev.sluice.server.http.AccessLogEntry;
import dev.sluice.server.http.ResponseListener;
import dev.sluice.server.http.SecretPaths;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AccessLogTest {
    @Test
    void hasALineForEachRequestAndNoSecret() throws InterruptedException {
        ServerSettings settings =
                TestServer.settings(2).toBuilder().logsAccess(true).build();
        try (var lines = new LoggedLines("dev.sluice.access");
                TestServer server = TestServer.start(settings)) {
            server.post("/channels/news", "hello", "Authorization", "Bearer SECRET");
            assertThat(lines.next())
                    .matches("request method=POST path=/channels/news status=201 bytes=\\d\\d ms=\\d+\\.\\d{3}"
                            + " principal=\"\" address=127\\.0\\.0\\.1");
            server.get("/channels/no%0Asuch/?limit=SECRET&token=SECRET");
            assertThat(lines.next())
                    .contains(" path=/channels/no%0Asuch/ status=400 ")
                    .doesNotContain("SECRET");
            server.post("/session/SECRET", "{}");
            assertThat(lines.next()).contains(" path=/session/* status=").doesNotContain("SECRET");
            server.post("/sessio%6E/SECRET", "{}");
            assertThat(lines.next()).contains(" path=/session/* status=").doesNotContain("SECRET");
            RawClient reader = new RawClient(server);
            reader.get("/channels/news?as=sse");
            assertThat(lines.next()).as("of a stream that has begun").contains(" status=200 bytes=0 ");
            reader.close();
        }
    }

    @Test
    void hasNoFieldsThatAClientForges() throws InterruptedException {
        ServerSettings settings =
                TestServer.settings(2).toBuilder().logsAccess(true).build();
        try (var lines = new LoggedLines("dev.sluice.access");
                TestServer server = TestServer.secure(settings);
                Http2Client client = new Http2Client(server)) {
            client.request(1, "GET", "/x status=200", true).response(1);
            assertThat(lines.next()).contains("method=GET path=- status=400 ");
            client.request(3, "GET status=200", "/", true).response(3);
            assertThat(lines.next()).contains("method=- path=- status=400 ");
        }
    }

    @Test
    void logsAnAnswerWhoseClientLeavesBeforeItsEnd() throws InterruptedException {
        ServerSettings settings =
                TestServer.settings(2).toBuilder().logsAccess(true).build();
        try (var lines = new LoggedLines("dev.sluice.access");
                TestServer server = TestServer.start(settings)) {
            for (int i = 0; i < 8; i++) server.publish("big", "x".repeat(1_000_000));
            try (RawClient reader = new RawClient(server)) {
                reader.get("/channels/big?as=json&after=earliest").until("\r\n\r\n");
            }
            assertThat(lines.next()).matches("request method=GET path=/channels/big status=499 bytes=\\d{5,7} .*");
        }
    }

    @Test
    void dropsLinesInsteadOfDelayingRequestsAndReportsTheLoss() throws InterruptedException {
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        List<String> written = new CopyOnWriteArrayList<>();
        AccessLog log = new AccessLog(ResponseListener.NONE, SecretPaths.HUB, line -> {
            begun.countDown();
            await(slow);
            written.add(line);
        });
        log.start();
        AccessLogEntry request = new AccessLogEntry("GET", "/", 200, 1, 1, "a\nb\"c", "::1");
        log.answered(request);
        await(begun);
        for (int i = 0; i < AccessLog.WAITING_MAX + 7; i++) log.answered(request);
        slow.countDown();
        log.close();
        assertThat(written.getFirst()).contains(" principal=\"a?b?c\" ");
        assertThat(written).hasSize(AccessLog.WAITING_MAX + 2);
        assertThat(written.get(1)).isEqualTo("the access log is too slow, lines were dropped lines=7");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
