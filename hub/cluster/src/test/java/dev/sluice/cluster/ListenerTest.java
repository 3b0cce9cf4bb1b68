package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.NotPublishedException;
import dev.sluice.core.peers.ReplicationStatus.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Nodes that do not vote. They serve clients, and neither majorities nor leaders depend on them.
@Tag("long") // Seconds.
@Execution(ExecutionMode.CONCURRENT)
final class ListenerTest {
    private static final int VOTERS = 3;

    @TempDir
    Path folder;

    /// Three nodes that vote, and two that do not.
    private TestCluster cluster() throws Exception {
        var cluster = new TestCluster(folder, VOTERS);
        cluster.start(0, 1, 2);
        cluster.grow(5);
        cluster.startListener(3);
        cluster.startListener(4);
        return cluster;
    }

    private static void requireListeners(TestCluster cluster) {
        for (int each : List.of(3, 4))
            assertThat(cluster.node(each).replication().role()).isEqualTo(Role.LISTENER);
    }

    private static void awaitNoLeader(TestCluster cluster, int node) throws InterruptedException {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60); !hasNoLeader(cluster, node); ) {
            if (System.nanoTime() > end) throw new AssertionError("node " + node + " still knows a leader");
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static boolean hasNoLeader(TestCluster cluster, int node) {
        String reason = cluster.node(node).notReady();
        return reason != null
                && reason.contains("no leader")
                && cluster.node(node).replication().role() != Role.LEADER;
    }

    @Test
    void servesReadersAndPassesPublishesOnWhenAnotherNodeLeads() throws Exception {
        try (var cluster = cluster();
                var operator = cluster.operator()) {
            int leader = cluster.leader();
            TestCluster.publish(cluster.node(3), "by a listener");
            cluster.stop(leader);
            Cursor last = TestCluster.publish(cluster.node(4), "with another leader");
            int next = cluster.leader();
            assertThat(next).isLessThan(VOTERS).isNotEqualTo(leader);
            requireListeners(cluster);
            for (int each : List.of(3, 4))
                assertThat(TestCluster.eventsUpTo(cluster.node(each), last))
                        .containsExactly("by a listener", "with another leader");
            String listener = cluster.addresses.get(3).toString();
            assertThatThrownBy(() -> operator.lead(listener))
                    .isInstanceOf(ClusterRejectedException.class)
                    .hasMessageContaining("does not vote");
        }
    }

    @Test
    void electsNoLeaderWithoutAMajorityOfVoters() throws Exception {
        try (var cluster = cluster()) {
            Cursor last = TestCluster.publish(cluster.node(3), "with a majority");
            for (int each : List.of(0, 1)) cluster.stop(each);
            // With two listeners it would be a majority of five. It asks for votes several times in this
            // time.
            for (int each : List.of(2, 3, 4)) awaitNoLeader(cluster, each);
            requireListeners(cluster);
            long commit = cluster.node(2).replication().commit();
            var refused = cluster.node(3).append(TestCluster.publication("without one"));
            assertThat(refused.toCompletableFuture().exceptionNow()).isInstanceOf(NotPublishedException.class);
            for (int each : List.of(2, 3, 4))
                assertThat(TestCluster.eventsUpTo(cluster.node(each), last)).containsExactly("with a majority");
            assertThat(cluster.node(2).replication().commit()).isEqualTo(commit);
            cluster.stop(4);
            cluster.start(1); // A majority of the voting nodes, although not of all nodes.
            while (hasNoLeader(cluster, 3)) TimeUnit.MILLISECONDS.sleep(20);
            last = TestCluster.publish(cluster.node(3), "with one again");
            assertThat(TestCluster.eventsUpTo(cluster.node(3), last))
                    .containsExactly("with a majority", "with one again");
            assertThat(cluster.leader()).isIn(1, 2);
        }
    }

    @Test
    void admitsOtherNodesWhileAListenerIsAway() throws Exception {
        try (var cluster = cluster()) {
            cluster.stop(4);
            cluster.grow(7);
            cluster.start(5);
            cluster.startListener(6);
            cluster.startListener(4);
            Cursor last = TestCluster.publish(cluster.node(3), "to all");
            for (int each : List.of(0, 3, 5, 6))
                assertThat(TestCluster.eventsUpTo(cluster.node(each), last))
                        .as("node " + each)
                        .containsExactly("to all");
            // If the added voter leads, it has no Raft log from before it was added.
            assertThat(cluster.eventsOfReturned(4, last)).containsExactly("to all");
        }
    }

    @Test
    void followsAClusterOfOne() throws Exception {
        try (var cluster = new TestCluster(folder, 1)) {
            cluster.start(0);
            cluster.grow(3);
            cluster.startListener(1);
            cluster.stop(1);
            cluster.startListener(2);
            cluster.startListener(1);
            Cursor last = TestCluster.publish(cluster.node(2), "to all");
            for (int each : List.of(0, 1, 2))
                assertThat(TestCluster.eventsUpTo(cluster.node(each), last)).containsExactly("to all");
        }
    }

    @Test
    void aListenerRemainsOneAfterARestart() throws Exception {
        try (var cluster = cluster()) {
            Cursor last = TestCluster.publish(cluster.node(0), "before");
            TestCluster.eventsUpTo(cluster.node(3), last);
            cluster.stop(3);
            int leader = cluster.leader();
            cluster.stop(leader);
            cluster.startListener(3);
            last = TestCluster.publish(cluster.node(3), "after");
            assertThat(TestCluster.eventsUpTo(cluster.node(3), last)).containsExactly("before", "after");
            assertThat(cluster.leader()).isLessThan(VOTERS);
            requireListeners(cluster);
        }
    }
}
