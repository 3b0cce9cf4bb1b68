package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.order.Leader;
import dev.sluice.core.replication.Order;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node is not ready while it is far behind the others or stands still, and then another one leads.
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
            await(order, () -> {}, reason -> reason != null && reason.contains("no leader"));
            mayApply.countDown();
            await(order, () -> {}, reason -> reason == null);
            assertThat(order.status().term()).isEqualTo(term);
        }
    }

    /// Notes what it applies, and waits at one proposal.
    private record Held(CountDownLatch mayApply, Set<Byte> applied) implements Order.Listener {
        private static final byte HELD = 1;
        private static final byte OTHER = 2;

        static IntFunction<Order.Listener> first(int nodes, CountDownLatch mayApply, List<Held> all) {
            return node -> {
                var latch = node < nodes ? mayApply : new CountDownLatch(0);
                all.add(new Held(latch, ConcurrentHashMap.newKeySet()));
                return all.getLast();
            };
        }

        @Override
        public void placed(Order.Position at, long stampMs, byte[] proposal) {
            try {
                if (proposal[0] == HELD) mayApply.await();
                applied.add(proposal[0]);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt(); // The test is over.
            }
        }

        @Override
        public void leaderChanged() {
            // Nothing depends on it here.
        }
    }

    private static void lead(TestNodes nodes, int node) throws InterruptedException {
        RatisOrder next = nodes.order(node);
        String address = nodes.members.get(node).address().toString();
        Runnable ask = () -> {
            for (int i = 0; i < 3; i++) {
                try {
                    nodes.order(i).lead(address);
                } catch (IOException _) {
                    // Another one leads, or none yet.
                }
            }
        };
        await(next, ask, _ -> next.isLeader());
    }

    /// Waits until another node leads than the first one, and the others apply what the second one proposes.
    private static void awaitAnotherLeader(TestNodes nodes, List<Held> all) throws InterruptedException {
        RatisOrder first = nodes.order(0);
        await(first, () -> {}, _ -> !first.isLeader());
        RatisOrder second = nodes.order(1);
        await(
                second,
                () -> second.repeat(List.of(new byte[] {Held.OTHER})),
                _ -> all.get(1).applied.contains(Held.OTHER)
                        && all.get(2).applied.contains(Held.OTHER));
    }

    @Test
    @Tag("long") // Some ten seconds.
    void aLeaderThatNeverGetsReadyLeadsNoLonger(@TempDir Path folder) throws Exception {
        var mayApply = new CountDownLatch(1);
        List<Held> all = new ArrayList<>();
        try (TestNodes nodes = TestNodes.start(folder, 3, Held.first(1, mayApply, all));
                Closeable _ = mayApply::countDown) {
            lead(nodes, 1);
            RatisOrder second = nodes.order(1);
            await(
                    second,
                    () -> second.propose(new byte[] {Held.HELD}),
                    _ -> all.get(1).applied.contains(Held.HELD)
                            && all.get(2).applied.contains(Held.HELD));
            lead(nodes, 0);
            assertThat(nodes.order(0).leader()).isEqualTo(Leader.NONE);
            awaitAnotherLeader(nodes, all);
            await(nodes.order(0), () -> {}, reason -> reason != null && reason.contains("no progress"));
            mayApply.countDown();
            await(nodes.order(0), () -> {}, reason -> reason == null);
        }
    }

    @Test
    @Tag("long") // Some ten seconds.
    void aLeaderThatAppliesNothingMoreLeadsNoLonger(@TempDir Path folder) throws Exception {
        var mayApply = new CountDownLatch(1);
        List<Held> all = new ArrayList<>();
        try (TestNodes nodes = TestNodes.start(folder, 3, Held.first(1, mayApply, all));
                Closeable _ = mayApply::countDown) {
            lead(nodes, 0);
            RatisOrder first = nodes.order(0);
            await(first, () -> {}, _ -> first.leader().equals(Leader.SELF));
            first.propose(new byte[] {Held.HELD});
            awaitAnotherLeader(nodes, all);
        }
    }

    /// No other node could do better.
    @Test
    @Tag("long") // Some ten seconds.
    void theLeaderLeadsOnWhileAllNodesWaitAtTheSameProposal(@TempDir Path folder) throws Exception {
        var mayApply = new CountDownLatch(1);
        try (TestNodes nodes = TestNodes.start(folder, 3, Held.first(3, mayApply, new ArrayList<>()));
                Closeable _ = mayApply::countDown) {
            lead(nodes, 0);
            RatisOrder first = nodes.order(0);
            await(first, () -> {}, _ -> first.leader().equals(Leader.SELF));
            long term = first.status().term();
            first.propose(new byte[] {Held.HELD});
            await(first, () -> {}, reason -> reason != null && reason.matches(".*no progress for 1[3-9] s.*"));
            assertThat(first.isLeader()).isTrue();
            assertThat(first.status().term()).isEqualTo(term);
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
