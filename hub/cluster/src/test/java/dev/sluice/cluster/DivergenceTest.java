package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.NotPublishedException;
import dev.sluice.core.peers.ReplicationStatus.Role;
import dev.sluice.storage.engine.ReplicaDamage;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Nodes that have decided differently.
@Execution(ExecutionMode.CONCURRENT)
@Tag("long") // Seconds.
final class DivergenceTest {
    private static final List<Integer> ALL = List.of(0, 1, 2);

    @TempDir
    Path folder;

    /// Three nodes that were equal, and do not run.
    private static Cursor equalNodes(TestCluster cluster) throws Exception {
        cluster.start(0, 1, 2);
        Cursor last = TestCluster.publish(cluster.node(2), "all are equal");
        for (int each : ALL)
            assertThat(TestCluster.eventsUpTo(cluster.node(each), last)).containsExactly("all are equal");
        ALL.forEach(cluster::stop);
        return last;
    }

    @Test
    void allStopBeforeAPublishWhereNoMajorityIsEqual() throws Exception {
        try (var cluster = new TestCluster(folder, 3)) {
            Cursor last = equalNodes(cluster);
            ReplicaDamage.changeDigest(cluster.folderOf(0), 1);
            ReplicaDamage.changeDigest(cluster.folderOf(1), 2);
            cluster.start(0, 1, 2);
            for (int each : ALL) {
                cluster.awaitFailure(each, "No majority of them agrees, so all stop.");
                assertThat(cluster.node(each).failure()).contains("Nodes of the cluster differ: at index");
                assertThat(cluster.node(each).isReplacedWhenOpened()).isFalse(); // It may be the one that is right.
                var refused = cluster.node(each).append(TestCluster.publication("nowhere"));
                assertThatThrownBy(() -> refused.toCompletableFuture().get(60, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOf(NotPublishedException.class);
                assertThat(TestCluster.eventsUpTo(cluster.node(each), last)).containsExactly("all are equal");
            }
        }
    }

    @Test
    void aLeaderThatIsOutvotedStepsDownAndReceivesACopy() throws Exception {
        try (var cluster = new TestCluster(folder, 3);
                var operator = cluster.operator()) {
            equalNodes(cluster);
            ReplicaDamage.changeDigest(cluster.folderOf(0));
            cluster.start(0, 1); // It is unknown which of them is right.
            if (cluster.leader() != 0)
                operator.lead(cluster.addresses.getFirst().toString());
            assertThat(cluster.leader()).isZero();
            cluster.start(2);
            cluster.awaitFailure(0, "gets a copy");
            assertThat(cluster.node(0).isReplacedWhenOpened()).isTrue();
            Cursor last = TestCluster.publish(cluster.node(1), "without it");
            String former = cluster.addresses.getFirst().toString();
            cluster.awaitReport(each -> each.nodes().stream()
                    .anyMatch(node ->
                            node.role() == Role.LEADER && !node.address().equals(former)));
            cluster.stop(0);
            cluster.start(0);
            assertThat(TestCluster.eventsUpTo(cluster.node(0), last)).containsExactly("all are equal", "without it");
            TestCluster.publish(cluster.node(0), "equal again");
            long index = cluster.node(0).progress().index();
            while (cluster.node(1).digestAt(index) == null) TimeUnit.MILLISECONDS.sleep(20);
            assertThat(cluster.node(0).digestAt(index))
                    .isEqualTo(cluster.node(1).digestAt(index));
        }
    }
}
