package dev.sluice.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.core.log.SearchRefused;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ReadPoolTest {
    /// One thread, one search at a time, two that wait.
    private final ReadPool pool = new ReadPool(1, 1, 2);

    private final List<String> turns = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch begin = new CountDownLatch(1);

    @AfterEach
    void close() {
        pool.close();
    }

    /// Keeps the only thread until [#begin].
    private void hold() throws InterruptedException {
        CountDownLatch holds = new CountDownLatch(1);
        pool.run(() -> {
            holds.countDown();
            await(begin);
        });
        await(holds);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private CompletableFuture<String> ask(String what, int slices) {
        AtomicInteger left = new AtomicInteger(slices);
        return pool.ask(what, () -> {
                    turns.add(what);
                    return left.decrementAndGet() > 0 ? null : what;
                })
                .toCompletableFuture();
    }

    @Test
    void letsSearchesTakeTurnsWithReadsAndWaitForEachOther() throws Exception {
        hold();
        var first = ask("first search", 4);
        var second = ask("second search", 2);
        var read = ask("read", 1);
        begin.countDown();
        CompletableFuture.allOf(first, second, read).get(10, TimeUnit.SECONDS);
        assertThat(turns)
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
    void refusesSearchesBeyondThoseThatWait() throws Exception {
        hold();
        List<CompletableFuture<String>> searches = new ArrayList<>();
        for (int i = 0; i < 4; i++) searches.add(ask("search " + i, 3));
        var read = ask("read", 1);
        begin.countDown();
        assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo("read");
        for (int i = 0; i < 3; i++)
            assertThat(searches.get(i).get(10, TimeUnit.SECONDS)).isEqualTo("search " + i);
        Throwable refused = catchThrowable(() -> searches.get(3).join());
        assertThat(refused)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        SearchRefused.class,
                        cause -> assertThat(cause.reason()).isEqualTo(SearchRefused.Reason.TOO_MANY));
    }

    @Test
    void dropsASearchThatEverybodyGaveUp() throws Exception {
        hold();
        List<CompletableFuture<String>> searches = new ArrayList<>();
        for (int i = 0; i < 3; i++) searches.add(ask("search " + i, 3));
        var shared = ask("search 1", 3);
        searches.get(0).cancel(false);
        searches.get(1).cancel(false);
        begin.countDown();
        assertThat(shared.get(10, TimeUnit.SECONDS))
                .as("somebody else still wants it")
                .isEqualTo("search 1");
        assertThat(searches.get(2).get(10, TimeUnit.SECONDS)).isEqualTo("search 2");
        assertThat(turns).doesNotContain("search 0");
    }

    @Test
    void asksOnceForAllWhoAskTheSame() throws Exception {
        hold();
        List<CompletableFuture<String>> same = new ArrayList<>();
        for (int i = 0; i < 10; i++) same.add(ask("same", 2));
        begin.countDown();
        for (var each : same) assertThat(each.get(10, TimeUnit.SECONDS)).isEqualTo("same");
        assertThat(turns).hasSize(2);
    }

    @Test
    void failsWhatIsLeftWhenItIsClosed() throws Exception {
        hold();
        var waiting = ask("waiting", 1);
        pool.close();
        begin.countDown();
        assertThat(waiting).isCompletedExceptionally();
        assertThat(ask("later", 1)).isCompletedExceptionally();
    }
}
