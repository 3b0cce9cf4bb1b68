package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.replication.Order;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node is not ready while it is far behind the others.
final class ReadinessTest {
    /// The number of proposals that a node keeps while it looks for a leader.
    private static final int PROPOSALS = 64;

    /// Applies nothing before it may.
    private record Slow(CountDownLatch mayApply) implements Order.Listener {
        @Override
        public void placed(Order.Position at, long stampMs, byte[] proposal) {
            try {
                mayApply.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt(); // The test is over.
            }
        }

        @Override
        public void leaderChanged() {
            // Nothing depends on it here.
        }
    }

    @Test
    void isNotReadyUntilItHasAppliedWhatTheOthersHave(@TempDir Path folder) throws Exception {
        var mayApply = new CountDownLatch(1);
        try (TestNodes nodes = TestNodes.start(folder, 1, _ -> new Slow(mayApply));
                Closeable _ = mayApply::countDown) { // Before the node is closed, which waits for what is applied.
            RatisOrder order = nodes.order(0);
            await(
                    order,
                    () -> propose(order),
                    reason -> reason != null && reason.contains("proposals behind the others"));
            mayApply.countDown();
            await(order, () -> {}, reason -> reason == null);
        }
    }

    /// It can only get ready if it continues to lead, however long the cluster had no leader before.
    @Test
    @Tag("long") // Five seconds.
    void aLeaderWithAMajorityMayNeedLongToBecomeReady(@TempDir Path folder) throws Exception {
        TestNodes nodes = TestNodes.start(folder, 1, _ -> new Slow(new CountDownLatch(0)));
        try (nodes) {
            RatisOrder order = nodes.order(0);
            await(order, () -> propose(order), _ -> order.status().commit() >= PROPOSALS);
        }
        var mayApply = new CountDownLatch(1);
        nodes.start(_ -> new Slow(mayApply));
        try (nodes;
                Closeable _ = mayApply::countDown) {
            RatisOrder order = nodes.order(0);
            await(order, () -> {}, _ -> order.isLeader());
            long term = order.status().term();
            await(order, order::maintain, reason -> reason != null && reason.contains("no leader"));
            order.maintain();
            mayApply.countDown();
            await(order, () -> {}, reason -> reason == null);
            assertThat(order.status().term()).isEqualTo(term);
        }
    }

    private static void propose(RatisOrder order) {
        for (int i = 0; i < PROPOSALS; i++) order.propose(new byte[] {1});
    }

    private static void await(RatisOrder order, Runnable meanwhile, Predicate<String> expected)
            throws InterruptedException {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60); !expected.test(order.notReady()); ) {
            assertThat(System.nanoTime()).as("still %s", order.notReady()).isLessThan(end);
            meanwhile.run();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
