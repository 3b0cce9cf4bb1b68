package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.http.AccessLogEntry;
import dev.sluice.server.http.ResponseListener;
import dev.sluice.server.http.SecretPaths;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class AccessLogTest {
    private static final class Lines extends Handler {
        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        @Override
        public void publish(LogRecord record) {
            lines.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}

        String next() throws InterruptedException {
            String line = lines.poll(60, TimeUnit.SECONDS);
            return line == null ? "no line" : line;
        }
    }

    @Test
    void hasALineForEachRequestAndNoSecret() throws InterruptedException {
        Logger logger = Logger.getLogger("dev.sluice.access");
        Lines lines = new Lines();
        logger.addHandler(lines);
        logger.setUseParentHandlers(false);
        ServerSettings settings =
                TestServer.settings(2).toBuilder().logsAccess(true).build();
        try (TestServer server = TestServer.start(settings)) {
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
        } finally {
            logger.removeHandler(lines);
            logger.setUseParentHandlers(true);
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
