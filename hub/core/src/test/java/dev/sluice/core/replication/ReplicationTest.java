package dev.sluice.core.replication;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Nodes that apply one order are equal at each of its indexes, whatever happens to nodes and proposals.
final class ReplicationTest {
    @Test
    void keepsAllNodesEqual() {
        ReplicationHistory.runAll(80, () -> SimulatedCluster::inMemory);
    }

    @Test
    @Tag("long")
    void keepsAllNodesEqualOverManyHistories() {
        ReplicationHistory.runAll(20_000, () -> SimulatedCluster::inMemory);
    }
}
