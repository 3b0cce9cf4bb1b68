package dev.sluice.cluster;

import dev.sluice.core.log.Log;
import dev.sluice.core.log.LogSubject;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.replication.MemoryNode;
import dev.sluice.core.replication.NodesLog;
import dev.sluice.core.replication.Order;
import dev.sluice.core.replication.ReplicatedLog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Logs on three nodes with an order over real sockets: publishes go to one of them, and another one is read.
/// All tests of a class share the three nodes; each test has its own logs. Only one class runs at a time, as
/// the nodes are static.
@ResourceLock("the nodes of NodesLogSubject")
public abstract class NodesLogSubject implements LogSubject {
    private static final int NODES = 3;

    private static Ends ends;

    /// The orders of the nodes.
    public interface Ends extends AutoCloseable {
        Order order(int node);

        @Override
        void close();
    }

    /// By node and test.
    private static final List<Map<Integer, Order.Listener>> LISTENERS =
            List.of(new ConcurrentHashMap<>(), new ConcurrentHashMap<>(), new ConcurrentHashMap<>());

    private static final AtomicInteger TESTS = new AtomicInteger();

    /// Uses these nodes for the tests of a class, which begin then.
    ///
    /// @param made creates the orders from the listener of each node
    protected static void begin(Begin made) throws Exception {
        ends = made.with(NODES, OfAllTests::new);
    }

    /// Starts nodes.
    public interface Begin {
        Ends with(int size, IntFunction<Order.Listener> listeners) throws Exception;
    }

    @AfterAll
    static void close() {
        ends.close();
    }

    /// Passes proposals on to the log of the test that made them.
    private record OfAllTests(int node) implements Order.Listener {
        @Override
        public void placed(Order.Position at, long stampMs, byte[] proposal) {
            ByteBuffer bytes = ByteBuffer.wrap(proposal);
            Order.Listener listener = LISTENERS.get(node).get(bytes.getInt());
            long testsStampMs = bytes.getLong();
            byte[] testsProposal = new byte[bytes.remaining()];
            bytes.get(testsProposal);
            if (listener != null) listener.placed(at, testsStampMs, testsProposal);
        }

        @Override
        public void leaderChanged() {
            LISTENERS.get(node).values().forEach(Order.Listener::leaderChanged);
        }
    }

    /// The order of a node for one test: proposals name the test, and have the time of its clock.
    private record OfOneTest(int test, int node, InstantSource clock) implements Order {
        @Override
        public void propose(byte[] proposal) {
            byte[] named = ByteBuffer.allocate(Integer.BYTES + Long.BYTES + proposal.length)
                    .putInt(test)
                    .putLong(clock.millis())
                    .put(proposal)
                    .array();
            ends.order(node).propose(named);
        }

        @Override
        public boolean isLeader() {
            return true; // Tests maintain one node, which need not lead.
        }
    }

    /// The logs of a test. To settle them, an empty proposal goes through the order.
    private static final class Logs extends NodesLog {
        private final int test;

        Logs(int test, List<ReplicatedLog> logs) {
            super(logs);
            this.test = test;
        }

        void settle() {
            int settling = TESTS.incrementAndGet();
            var applied = new CountDownLatch(NODES);
            Order.Listener counting = new Order.Listener() {
                @Override
                public void placed(Order.Position at, long stampMs, byte[] proposal) {
                    applied.countDown();
                }

                @Override
                public void leaderChanged() {}
            };
            LISTENERS.forEach(each -> each.put(settling, counting));
            try {
                do {
                    new OfOneTest(settling, 0, InstantSource.system()).propose(new byte[0]);
                } while (!applied.await(1, TimeUnit.SECONDS));
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            } finally {
                LISTENERS.forEach(each -> each.remove(settling));
            }
        }

        @Override
        public void close() {
            super.close();
            LISTENERS.forEach(each -> each.remove(test));
        }
    }

    @Override
    public void settle(Log log) {
        ((Logs) log).settle();
    }

    @Override
    public Log open(Retention rule, InstantSource clock) {
        int test = TESTS.incrementAndGet();
        RetentionRules rules = new RetentionRules(List.of(), rule);
        List<ReplicatedLog> logs = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            var log = MemoryNode.log(
                    new ReplicatedLog.Identity(i, 1),
                    new OfOneTest(test, i, clock),
                    MemoryNode.index(MemoryNode.LIMITS),
                    MemoryNode.LIMITS,
                    rules,
                    clock,
                    Duration.ofMinutes(1));
            LISTENERS.get(i).put(test, log);
            logs.add(log);
        }
        return new Logs(test, logs);
    }
}
