package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.Retention;
import dev.sluice.server.TestServer;
import dev.sluice.storage.RocksLog;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A hub with one event loop whose disk keeps a write waiting. The rule of a channel stands in for the disk: it is
/// asked for by the thread that writes, when the channel's first event is written.
final class SlowDiskTest {
    private static final long PATIENCE_MS = TestServer.PATIENCE.toMillis();

    @TempDir
    private Path folder;

    private final CountDownLatch writing = new CountDownLatch(1);
    private final CountDownLatch disk = new CountDownLatch(1);

    private Retention rule(ChannelName channel) {
        if (channel.value().equals("slow")) {
            writing.countDown();
            await(disk);
        }
        return Retention.ALL;
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_MS, TimeUnit.MILLISECONDS)) throw new AssertionError("never released");
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static CompletableFuture<HttpResponse<String>> post(TestServer server, String channel, String data) {
        return CompletableFuture.supplyAsync(() -> server.post("/channels/" + channel, data));
    }

    @Test
    void theEventLoopGoesOnWhileAWriteWaitsForTheDisk() throws Exception {
        RocksLog log =
                RocksLog.builder(folder).retention(this::rule).reserveBytes(0).open();
        try (TestServer server = TestServer.start(log, TestServer.settings(1))) {
            try {
                assertThat(server.post("/channels/a", "first").statusCode()).isEqualTo(201);
                CompletableFuture<HttpResponse<String>> slow = post(server, "slow", "text");
                await(writing);

                for (int i = 0; i < 3; i++) {
                    assertThat(server.get("/channels/a?last=10").body()).contains("first");
                }
                CompletableFuture<HttpResponse<String>> behind = post(server, "a", "behind it");
                assertThat(server.get("/channels/a?last=10").body()).contains("first");
                assertThat(slow).isNotDone();
                assertThat(behind).isNotDone();

                disk.countDown();
                assertThat(slow.get(PATIENCE_MS, TimeUnit.MILLISECONDS).statusCode())
                        .isEqualTo(201);
                assertThat(behind.get(PATIENCE_MS, TimeUnit.MILLISECONDS).statusCode())
                        .isEqualTo(201);
                assertThat(server.get("/channels/a?last=10").body()).contains("first", "behind it");
            } finally {
                disk.countDown();
            }
        }
    }
}
