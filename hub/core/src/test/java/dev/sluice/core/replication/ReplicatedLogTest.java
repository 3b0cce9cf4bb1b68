package dev.sluice.core.replication;

import dev.sluice.core.log.Log;
import dev.sluice.core.log.LogContract;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The contract of a log on three nodes: publishes go to one of them, and another one is read.
final class ReplicatedLogTest implements LogContract {
    /// Places proposals in the order of their arrival, on a thread of its own.
    private static final class Sequence implements Order {
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final List<ReplicatedLog> nodes = new ArrayList<>();
        private final InstantSource clock;
        private long index;

        Sequence(InstantSource clock) {
            this.clock = clock;
        }

        @Override
        public void propose(byte[] proposal) {
            thread.execute(() -> {
                index++;
                for (ReplicatedLog each : nodes) each.placed(new Position(index, 0), clock.millis(), proposal);
            });
        }

        @Override
        public boolean isLeader() {
            return true;
        }
    }

    private static final class Nodes extends NodesLog {
        private final Sequence order;

        Nodes(Sequence order) {
            super(order.nodes);
            this.order = order;
        }

        @Override
        public void close() {
            super.close();
            order.thread.shutdown();
        }
    }

    /// Waits until all nodes have applied what was proposed.
    @Override
    public void settle(Log log) {
        try {
            ((Nodes) log).order.thread.submit(() -> {}).get(60, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError("the nodes do not apply", failed);
        }
    }

    @Override
    public Log open(Retention rule, InstantSource clock) {
        Sequence order = new Sequence(clock);
        RetentionRules rules = new RetentionRules(List.of(), rule);
        for (int i = 0; i < 3; i++) {
            order.nodes.add(MemoryNode.log(
                    new ReplicatedLog.Identity(i, 1),
                    order,
                    MemoryNode.index(MemoryNode.LIMITS),
                    MemoryNode.LIMITS,
                    rules,
                    clock,
                    Duration.ofMinutes(1)));
        }
        return new Nodes(order);
    }
}
