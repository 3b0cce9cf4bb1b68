package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.storage.ClusterReport;
import dev.sluice.storage.ClusterSettings;
import dev.sluice.storage.NodeReport;
import dev.sluice.storage.NodeReport.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an operator sees of a cluster, and does to it.
@Tag("long") // Elections, each about a second.
final class NodesOperatorTest {
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
            cluster.awaitReport(each -> each.nodes().stream().allMatch(node -> node.lag() == 0));
            int follower = cluster.leader() == 0 ? 1 : 0;
            cluster.stop(follower);
            report = cluster.awaitReport(each -> !each.faults().isEmpty() && each.hasLeader());
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
                    Duration.ofSeconds(10));
            try (var stranger = new NodesOperator(settings)) {
                assertThatThrownBy(stranger::report).hasMessageContaining("cluster.token_file has another secret");
            }
        }
    }
}
