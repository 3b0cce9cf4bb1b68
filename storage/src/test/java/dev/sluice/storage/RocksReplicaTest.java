package dev.sluice.storage;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.replication.Order;
import dev.sluice.core.replication.PresenceHistory;
import dev.sluice.core.replication.ReplicaProgress;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.core.replication.ReplicationHistory;
import dev.sluice.core.replication.SimulatedCluster;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes with folders that are killed go on from their last flush, or from a copy of another one's, and are equal to
/// all others.
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
    void goesOnAfterKillsAsIfTheyHadNotHappened() {
        ReplicationHistory.runAll(4, this::folders);
    }

    @Test
    @Tag("long")
    void goesOnAfterKillsInManyHistories() {
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
}
