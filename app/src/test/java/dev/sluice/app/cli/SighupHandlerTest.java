package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SighupHandlerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SighupHandler handler = new SighupHandler();
    private final CountDownLatch called = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    private void block() {
        called.countDown();
        try {
            mayEnd.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // The test is over.
        }
    }

    @Test
    void waitsForNoListener() throws Exception {
        handler.received(); // Before there is one.
        assertThat(CompletableFuture.runAsync(() -> handler.listen(this::block)))
                .succeedsWithin(PATIENCE);
        assertThat(called.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(CompletableFuture.runAsync(() -> {
                    handler.listen(null);
                    handler.received();
                }))
                .succeedsWithin(PATIENCE);
        var next = new CountDownLatch(1);
        handler.listen(next::countDown);
        assertThat(next.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        mayEnd.countDown();
    }
}
