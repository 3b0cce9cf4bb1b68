package dev.sluice.core.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.core.log.SearchLimit;
import dev.sluice.core.log.SearchRejectedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class ReadPoolTest {
    /// One thread, one search at a time, two waiting searches.
    @AutoClose
    private final ReadPool pool = new ReadPool(1, 1, 2);

    private final List<String> slicesRun = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch begin = new CountDownLatch(1);

    /// Blocks the only thread until [#begin].
    private void blockThread() throws InterruptedException {
        CountDownLatch isBlocked = new CountDownLatch(1);
        pool.run(() -> {
            isBlocked.countDown();
            await(begin);
        });
        await(isBlocked);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private CompletableFuture<String> submit(String key, int slices) {
        AtomicInteger left = new AtomicInteger(slices);
        return pool.submit(key, () -> {
                    slicesRun.add(key);
                    return left.decrementAndGet() > 0 ? null : key;
                })
                .toCompletableFuture();
    }

    @Test
    void runsReadsBetweenSearchesAndOneSearchAtATime() throws Exception {
        blockThread();
        var first = submit("first search", 4);
        var second = submit("second search", 2);
        var read = submit("read", 1);
        begin.countDown();
        CompletableFuture.allOf(first, second, read).get(60, TimeUnit.SECONDS);
        assertThat(slicesRun)
                .containsExactly(
                        "first search",
                        "second search",
                        "read",
                        "first search",
                        "first search",
                        "first search",
                        "second search");
    }

    @Test
    void refusesSearchesWhenTooManyWait() throws Exception {
        blockThread();
        List<CompletableFuture<String>> searches = new ArrayList<>();
        for (int i = 0; i < 4; i++) searches.add(submit("search " + i, 3));
        var read = submit("read", 1);
        begin.countDown();
        assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo("read");
        for (int i = 0; i < 3; i++)
            assertThat(searches.get(i).get(60, TimeUnit.SECONDS)).isEqualTo("search " + i);
        Throwable refused = catchThrowable(() -> searches.get(3).join());
        assertThat(refused)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        SearchRejectedException.class,
                        cause -> assertThat(cause.reason()).isEqualTo(SearchLimit.TOO_MANY));
    }

    @Test
    void dropsASearchThatAllItsCallersCancelled() throws Exception {
        blockThread();
        List<CompletableFuture<String>> searches = new ArrayList<>();
        for (int i = 0; i < 3; i++) searches.add(submit("search " + i, 3));
        var shared = submit("search 1", 3);
        searches.get(0).cancel(false);
        searches.get(1).cancel(false);
        begin.countDown();
        assertThat(shared.get(60, TimeUnit.SECONDS))
                .as("another caller still waits for it")
                .isEqualTo("search 1");
        assertThat(searches.get(2).get(60, TimeUnit.SECONDS)).isEqualTo("search 2");
        assertThat(slicesRun).doesNotContain("search 0");
    }

    /// A native read pins a virtual thread to its carrier, of which there are as many as processors.
    @Test
    void readsOnPlatformThreads() throws Exception {
        var isVirtual = pool.submit("thread", () -> Thread.currentThread().isVirtual());
        assertThat(isVirtual.toCompletableFuture().get(60, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void runsEqualReadsOnce() throws Exception {
        blockThread();
        List<CompletableFuture<String>> same = new ArrayList<>();
        for (int i = 0; i < 10; i++) same.add(submit("same", 2));
        begin.countDown();
        for (var each : same) assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo("same");
        assertThat(slicesRun).hasSize(2);
    }

    @Test
    void failsPendingReadsWhenClosed() throws Exception {
        blockThread();
        var waiting = submit("waiting", 1);
        pool.close();
        begin.countDown();
        assertThat(waiting).isCompletedExceptionally();
        assertThat(submit("later", 1)).isCompletedExceptionally();
    }
}
