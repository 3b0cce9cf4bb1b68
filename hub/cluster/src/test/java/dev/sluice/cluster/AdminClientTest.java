package dev.sluice.cluster;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cluster.folder.Folders;
import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.cluster.ClusterReport;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.cluster.NodeReport;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Log;
import dev.sluice.core.peers.ReplicationStatus;
import dev.sluice.core.peers.ReplicationStatus.Role;
import dev.sluice.storage.engine.ReplicaDamage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The reports of a cluster to its operator, and the changes that an operator makes.
@Tag("long") // Elections, each about a second.
final class AdminClientTest {
    @TempDir
    Path folder;

    @Test
    void reportsRolesLagAndNodesThatDoNotAnswer() throws Exception {
        try (var cluster = new TestCluster(folder, 3)) {
            cluster.start(0, 1, 2);
            cluster.grow(4);
            cluster.startListener(3);
            TestCluster.publish(cluster.node(3), "by the listener");
            ClusterReport report = cluster.awaitReport(
                    each -> each.faults().isEmpty() && each.nodes().size() == 4);
            assertThat(report.nodes())
                    .extracting(NodeReport::role)
                    .containsExactlyInAnyOrder(Role.LEADER, Role.FOLLOWER, Role.FOLLOWER, Role.LISTENER);
            assertThat(report.nodes()).allSatisfy(each -> {
                assertThat(each.isMember()).isTrue();
                assertThat(each.term()).isPositive();
                assertThat(each.applied()).isPositive();
            });
            // Not all at once: proposals of the nodes themselves go on. Raft tells a follower with the next entry, or
            // after a pause, that an entry counts.
            Set<String> caughtUp = new HashSet<>();
            cluster.awaitReport(each -> {
                each.nodes().stream()
                        .filter(node -> node.lag() == 0 || node.lag() == 1)
                        .forEach(node -> caughtUp.add(node.address()));
                return caughtUp.size() == 4;
            });
            ReplicationStatus listener = cluster.node(3).replication();
            assertThat(listener.role()).isEqualTo(Role.LISTENER);
            assertThat(listener.hasLeader()).isTrue();
            assertThat(listener.term()).isPositive();
            assertThat(listener.applied()).isBetween(1L, listener.commit());
            assertThat(listener.leaderChanges()).isPositive();
            assertThat(listener.proposals()).isZero();
            assertThat(listener.orderBytes()).isPositive();
            while (cluster.node(3).replication().compared() == 0) TimeUnit.MILLISECONDS.sleep(20);
            assertThat(cluster.node(3).replication().compared())
                    .isLessThanOrEqualTo(cluster.node(3).replication().applied());
            while (cluster.node(3).replication().clockAhead() == null) TimeUnit.MILLISECONDS.sleep(20);
            assertThat(cluster.node(3).replication().clockAhead()).isBetween(ofSeconds(-1), ofSeconds(1));
            assertThat(cluster.node(cluster.leader()).replication().role()).isEqualTo(Role.LEADER);
            int follower = cluster.leader() == 0 ? 1 : 0;
            cluster.stop(follower);
            report = cluster.awaitReport(each -> each.faults().size() == 1 && each.hasLeader());
            String address = cluster.addresses.get(follower).toString();
            assertThat(report.faults()).singleElement().asString().startsWith(address + ": ");
            assertThat(report.nodes())
                    .filteredOn(each -> each.address().equals(address))
                    .singleElement()
                    .satisfies(each -> {
                        assertThat(each.role()).isNull();
                        assertThat(each.id()).isNotNull();
                        assertThat(each.lag()).isEqualTo(-1);
                    });
        }
    }

    @Test
    void reportsAClusterWithoutALeader() throws Exception {
        try (var cluster = new TestCluster(folder, 2)) {
            cluster.start(0, 1);
            cluster.stop(1);
            ClusterReport report = cluster.awaitReport(each -> !each.hasLeader());
            assertThat(report.faults())
                    .contains("The cluster has no leader that works.")
                    .hasSizeGreaterThan(1);
        }
    }

    @Test
    void handsLeadershipToANamedNode() throws Exception {
        try (var cluster = new TestCluster(folder, 3);
                var operator = cluster.operator()) {
            cluster.start(0, 1, 2);
            int leader = cluster.leader();
            for (int next : List.of((leader + 1) % 3, (leader + 2) % 3, leader)) {
                operator.lead(cluster.addresses.get(next).toString());
                assertThat(cluster.leader()).isEqualTo(next);
            }
            cluster.stop((leader + 1) % 3);
            String gone = cluster.addresses.get((leader + 1) % 3).toString();
            assertThatThrownBy(() -> operator.lead("127.0.0.1:1"))
                    .isInstanceOf(ClusterRejectedException.class)
                    .hasMessageContaining(gone);
            cluster.awaitRefusal(() -> operator.lead(gone), "does not answer");
        }
    }

    /// Waits until a node has failed because it was removed, and its folder says so: its Raft may end before the node
    /// learns why.
    private static void awaitRemoval(TestCluster cluster, int node) throws Exception {
        cluster.awaitRemoval(node);
        cluster.awaitFailure(node, "was removed from its cluster");
    }

    @Test
    void removesANodeThatStopsWithoutDisturbingOthers() throws Exception {
        try (var cluster = new TestCluster(folder, 3);
                var operator = cluster.operator()) {
            cluster.start(0, 1, 2);
            Cursor last = TestCluster.publish(cluster.node(0), "three");
            int removed = (cluster.leader() + 1) % 3;
            int kept = (cluster.leader() + 2) % 3;
            long term = cluster.term();
            operator.remove(cluster.addresses.get(removed).toString());
            awaitRemoval(cluster, removed);
            last = TestCluster.publish(cluster.node(kept), "two");
            assertThat(TestCluster.eventsUpTo(cluster.node(kept), last)).containsExactly("three", "two");
            assertThat(cluster.term()).isEqualTo(term);
            cluster.stop(removed);
            assertThatThrownBy(() -> cluster.start(removed)).hasMessageContaining("was removed from its cluster");
            Folders.remove(cluster.folderOf(removed));
            cluster.start(removed);
            assertThat(TestCluster.eventsUpTo(cluster.node(removed), last)).containsExactly("three", "two");
            cluster.awaitReport(each -> each.faults().isEmpty());
        }
    }

    @Test
    void aNodeThatIsRemovedWhileItNeedsACopyCannotBeDetached() throws Exception {
        try (var cluster = new TestCluster(folder, 3);
                var operator = cluster.operator()) {
            cluster.start(0, 1, 2);
            Cursor last = TestCluster.publish(cluster.node(0), "all are equal");
            int different = (cluster.leader() + 1) % 3;
            TestCluster.eventsUpTo(cluster.node(different), last);
            cluster.stop(different);
            ReplicaDamage.changeDigest(cluster.folderOf(different));
            cluster.start(different);
            TestCluster.publish(cluster.node(cluster.leader()), "one is not");
            cluster.awaitFailure(different, "Nodes of the cluster differ");
            operator.remove(cluster.addresses.get(different).toString());
            cluster.awaitRemoval(different);
            cluster.stop(different);
            assertThatThrownBy(() -> cluster.start(different))
                    .rootCause()
                    .isInstanceOf(ClusterRejectedException.class)
                    .hasMessageContaining("was removed from its cluster");
            assertThatThrownBy(() -> cluster.detach(different, true))
                    .isInstanceOf(ClusterRejectedException.class)
                    .hasMessageContaining("no whole copy");
        }
    }

    @Test
    void removesTheLeaderAndANodeThatIsGone() throws Exception {
        try (var cluster = new TestCluster(folder, 3);
                var operator = cluster.operator()) {
            cluster.start(0, 1, 2);
            int gone = (cluster.leader() + 1) % 3;
            int last = (cluster.leader() + 2) % 3;
            cluster.stop(gone);
            String lastAddress = cluster.addresses.get(last).toString();
            cluster.awaitRefusal(() -> operator.remove(lastAddress), "would have no majority");
            operator.remove(cluster.addresses.get(gone).toString());
            int leader = cluster.leader();
            int other = leader == last ? 3 - gone - last : last;
            operator.remove(cluster.addresses.get(leader).toString());
            awaitRemoval(cluster, leader);
            Cursor one = TestCluster.publish(cluster.node(other), "one");
            ClusterReport report = cluster.awaitReport(each -> each.faults().isEmpty());
            assertThat(report.nodes()).filteredOn(NodeReport::isMember).hasSize(1);
            assertThatThrownBy(
                            () -> operator.remove(cluster.addresses.get(other).toString()))
                    .isInstanceOf(ClusterRejectedException.class)
                    .hasMessageContaining("only voting node");
            cluster.start(gone); // It was not up when it was removed.
            awaitRemoval(cluster, gone);
            cluster.stop(other);
            cluster.detach(other, false); // Back to one hub.
            try (Log alone = cluster.log(other).open()) {
                assertThat(TestCluster.eventsUpTo(alone, one)).containsExactly("one");
            }
            cluster.stop(leader);
            assertThatThrownBy(() -> cluster.detach(leader, false))
                    .hasMessageContaining("was removed from its cluster");
        }
    }

    @Test
    void aNodeThatLostItsFolderTakesItsFormerPlace() throws Exception {
        try (var cluster = new TestCluster(folder, 3)) {
            cluster.start(0, 1, 2);
            Cursor last = TestCluster.publish(cluster.node(0), "kept");
            int lost = (cluster.leader() + 1) % 3;
            cluster.beginLease(lost);
            Set<Long> lease = cluster.node(lost).nodesWithLease();
            cluster.stop(lost);
            Folders.remove(cluster.folderOf(lost));
            cluster.start(lost);
            assertThat(TestCluster.eventsUpTo(cluster.node(lost), last)).containsExactly("kept");
            // Otherwise the members that it held would stay for good.
            while (cluster.node(lost).nodesWithLease().equals(lease)) TimeUnit.MILLISECONDS.sleep(20);
            assertThat(cluster.node(lost).nodesWithLease()).isEmpty();
            ClusterReport report = cluster.awaitReport(each -> each.faults().isEmpty());
            assertThat(report.nodes()).hasSize(3);
        }
    }

    @Test
    void failsIfNoNodeAnswers() throws Exception {
        try (var cluster = new TestCluster(folder, 2);
                var operator = cluster.operator()) {
            assertThatThrownBy(operator::report)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no node of the cluster answers")
                    .hasMessageContaining(cluster.addresses.get(1).toString());
        }
    }

    @Test
    void failsWithAnotherSecret() throws Exception {
        try (var cluster = new TestCluster(folder, 1)) {
            cluster.start(0);
            var settings = new ClusterSettings(
                    cluster.addresses.getFirst(),
                    List.copyOf(cluster.addresses),
                    true,
                    "another secret",
                    null,
                    Duration.ofSeconds(10),
                    null);
            try (var stranger = new AdminClient(settings)) {
                assertThatThrownBy(stranger::report).hasMessageContaining("cluster.token_file has another secret");
            }
        }
    }
}
