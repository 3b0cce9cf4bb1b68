package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.replication.Order;
import dev.sluice.core.replication.PresenceHistory;
import dev.sluice.core.replication.ReplicaProgress;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.core.replication.ReplicationHistory;
import dev.sluice.core.replication.SimulatedCluster;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes with folders that are killed go on from their last flush, and are equal to all others.
final class RocksReplicaTest {
    @TempDir
    Path folder;

    private int histories;

    /// Starts processes on the folders of one history, which flush often.
    private SimulatedCluster.Starter folders() {
        Path history = folder.resolve(Integer.toString(++histories));
        return (ReplicatedLog.Identity identity,
                Order order,
                LogLimits limits,
                RetentionRules rules,
                InstantSource clock) -> {
            RocksReplica replica = RocksReplica.open(
                    history.resolve(Long.toString(identity.node())),
                    SimulatedCluster.EPOCH,
                    limits,
                    rules,
                    1,
                    1 << 30,
                    1_000 * (identity.node() * 20 + 1));
            ReplicatedLog log = replica.log(identity, order, clock, SimulatedCluster.TIMEOUT);
            return new SimulatedCluster.Process(log, replica.index(), replica::kill);
        };
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
