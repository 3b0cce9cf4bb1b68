package dev.sluice.storage.write;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.replication.Order;
import dev.sluice.core.replication.PresenceHistory;
import dev.sluice.core.replication.ReplicaProgress;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.core.replication.ReplicationHistory;
import dev.sluice.core.replication.SimulatedCluster;
import dev.sluice.storage.RocksLog;
import dev.sluice.storage.record.ReplicaRecord;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes with folders that are killed continue from their last flush, or from a copy of another one's, and
/// are equal to all others.
final class RocksReplicaTest {
    @TempDir
    Path folder;

    private int histories;

    private SimulatedCluster.Starter folders() {
        return new Folders(folder.resolve(Integer.toString(++histories)));
    }

    /// Starts processes on the folders of one history, which flush often.
    private static final class Folders implements SimulatedCluster.Starter {
        /// Of no effect: a copy has its own.
        private static final RetentionRules RULES = new RetentionRules(List.of(), Retention.ALL);

        private final Path history;
        private final Map<ReplicatedLog, RocksReplica> replicas = new IdentityHashMap<>();
        private int copies;

        Folders(Path history) {
            this.history = history;
        }

        private Path folderOf(long node) {
            return history.resolve(Long.toString(node));
        }

        @Override
        public SimulatedCluster.Process start(
                ReplicatedLog.Identity identity,
                Order order,
                LogLimits limits,
                RetentionRules rules,
                InstantSource clock) {
            RocksReplica replica = RocksReplica.open(
                    folderOf(identity.node()),
                    SimulatedCluster.EPOCH,
                    limits,
                    rules,
                    1,
                    1 << 30,
                    1_000 * (identity.node() * 20 + 1));
            ReplicatedLog log = replica.log(identity, order, clock, SimulatedCluster.TIMEOUT);
            replicas.put(log, replica);
            return new SimulatedCluster.Process(log, replica.index(), replica::kill);
        }

        @Override
        public void copy(SimulatedCluster.Process from, long to) {
            Path copy = history.resolve("copy-" + ++copies);
            RocksReplica replica = requireNonNull(replicas.get(from.log()));
            from.log().save(() -> replica.copyTo(copy));
            RocksLog.builder(folderOf(to)).retention(RULES).replica().replaceBy(copy);
        }
    }

    @Test
    void equalsALogThatWasNeverKilled() {
        ReplicationHistory.runAll(4, this::folders);
    }

    @Test
    @Tag("long")
    void equalsALogThatWasNeverKilledInManyHistories() {
        ReplicationHistory.runAll(500, this::folders);
    }

    @Test
    void keepsTheMembersThatNodesHold() {
        PresenceHistory.runAll(2, this::folders);
    }

    @Test
    @Tag("long")
    void keepsTheMembersThatNodesHoldInManyHistories() {
        PresenceHistory.runAll(200, this::folders);
    }

    @Test
    void recordsItsProgress() {
        var newest = Map.of(-7L, new ReplicaProgress.Newest(3, 4), 8L, new ReplicaProgress.Newest(1, 1 << 20));
        ReplicaProgress progress = new ReplicaProgress(new Order.Position(5, 6), 1_700_000_000_000L, -9, newest);
        assertThat(ReplicaRecord.read(ReplicaRecord.write(progress))).isEqualTo(progress);
    }

    /// An order of one node, in which each proposal has its place at once.
    private static final class Sequence implements Order {
        private final Queue<byte[]> proposed = new ArrayDeque<>();
        private long index;

        @Override
        public void propose(byte[] proposal) {
            proposed.add(proposal);
        }

        @Override
        public boolean isLeader() {
            return false;
        }

        void place(ReplicatedLog log) {
            while (!proposed.isEmpty()) log.placed(new Position(++index, 1), index, proposed.remove());
        }
    }

    private RocksReplica open() {
        return RocksReplica.open(
                folder,
                SimulatedCluster.EPOCH,
                LogLimits.builder().build(),
                new RetentionRules(List.of(), Retention.ALL),
                1,
                1 << 30);
    }

    @Test
    void appliesOnlyUnflushedProposalsAgainAfterAKill() {
        RocksReplica replica = open();
        var order = new Sequence();
        ReplicatedLog log =
                replica.log(new ReplicatedLog.Identity(1, 1), order, InstantSource.system(), SimulatedCluster.TIMEOUT);
        int perSecond = RocksReplica.FLUSH_PROPOSALS_MIN / 4;
        for (int second = 0; second < 3 * RocksReplica.FLUSH_SECONDS; second++) {
            for (int i = 0; i < perSecond; i++) {
                log.writer()
                        .append(new Publication(
                                Draft.event(new ChannelName("a"), EventType.MESSAGE, Content.NONE), Conditions.NONE));
                order.place(log);
            }
            log.maintain();
        }
        long placed = order.index;
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        // The data of two flushes ago is on disk; the last flush may be in progress.
        while (log.saved().index() == 0 && System.nanoTime() < deadlineNs) log.maintain();
        replica.kill();
        RocksReplica reopened = open();
        long again = placed - reopened.progress().position().index();
        reopened.kill();
        assertThat(again).isLessThanOrEqualTo(2L * RocksReplica.FLUSH_SECONDS * perSecond);
    }
}
