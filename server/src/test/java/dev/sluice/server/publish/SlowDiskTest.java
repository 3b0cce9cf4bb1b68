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
/// asked for while the channel's first event is written, by the thread that writes.
final class SlowDiskTest {
    private static final long PATIENCE_MS = TestServer.PATIENCE.toMillis();

    @TempDir
    private Path folder;

    private final CountDownLatch disk = new CountDownLatch(1);
    private volatile CompletableFuture<String> writer = new CompletableFuture<>();

    private Retention rule(ChannelName channel) {
        if (channel.value().startsWith("slow")) {
            String thread = Thread.currentThread().getName();
            writer.complete(thread);
            if (thread.contains("loop")) await();
        }
        return Retention.ALL;
    }

    private void await() {
        try {
            if (!disk.await(PATIENCE_MS, TimeUnit.MILLISECONDS)) throw new AssertionError("never released");
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void theEventLoopGoesOnWhileItsThreadWaitsForTheDisk() throws Exception {
        RocksLog log =
                RocksLog.builder(folder).retention(this::rule).reserveBytes(0).open();
        try (TestServer server = TestServer.start(log, TestServer.settings(1))) {
            try {
                assertThat(server.post("/channels/a", "first").statusCode()).isEqualTo(201);
                CompletableFuture<HttpResponse<String>> slow = publishFromLoop(server);

                for (int i = 0; i < 3; i++) {
                    assertThat(server.get("/channels/a?last=10").body()).contains("first");
                }
                CompletableFuture<HttpResponse<String>> behind =
                        CompletableFuture.supplyAsync(() -> server.post("/channels/a", "behind it"));
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

    /// Publishes until the event loop writes by itself: the log's own thread does while it is busy.
    private CompletableFuture<HttpResponse<String>> publishFromLoop(TestServer server) throws Exception {
        for (int i = 0; ; i++) {
            String channel = "/channels/slow" + i;
            writer = new CompletableFuture<>();
            CompletableFuture<HttpResponse<String>> published =
                    CompletableFuture.supplyAsync(() -> server.post(channel, "text"));
            if (writer.get(PATIENCE_MS, TimeUnit.MILLISECONDS).contains("loop")) return published;
            published.join();
        }
    }
}
