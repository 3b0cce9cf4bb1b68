package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cluster.kafka.Brokers;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Log;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.storage.engine.ReplicaDamage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes with folders whose order is in a topic on three brokers.
@Tag("long")
final class KafkaNodesTest {
    @AutoClose
    private static Brokers brokers;

    @TempDir
    Path folder;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        brokers = new Brokers(folder, 3);
    }

    @Test
    void nodesPublishReadAndStartAgain() throws Exception {
        try (var nodes = new TestCluster(folder, 3, brokers.topic("whole"))) {
            nodes.start(0, 1, 2);
            Cursor first = TestCluster.publish(nodes.node(0), "one");
            assertThat(TestCluster.eventsUpTo(nodes.node(2), first)).containsExactly("one");
            Cursor second = TestCluster.publish(nodes.node(2), "two");
            assertThat(TestCluster.eventsUpTo(nodes.node(1), second)).containsExactly("one", "two");
            nodes.stop(0);
            TestCluster.publish(nodes.node(1), "three");
            nodes.stop(1);
            nodes.stop(2);
            nodes.start(0, 1, 2);
            Cursor last = TestCluster.publish(nodes.node(0), "four");
            for (int i = 0; i < 3; i++)
                assertThat(TestCluster.eventsUpTo(nodes.node(i), last)).containsExactly("one", "two", "three", "four");
        }
    }

    @Test
    void oneNodeLeadsAndAllAreReported() throws Exception {
        try (var nodes = new TestCluster(folder, 2, brokers.topic("reported"))) {
            nodes.start(0, 1);
            nodes.grow(3);
            nodes.start(2); // The others do not have its address in their configuration.
            nodes.awaitReport(report -> report.nodes().size() == 3
                    && report.hasLeader()
                    && report.nodes().stream().allMatch(each -> each.isMember() && each.problem() == null));
            nodes.stop(nodes.leader());
            nodes.leader();
            nodes.awaitRefusal(
                    () -> nodes.operator().remove(nodes.addresses.get(0).toString()), "With Kafka");
        }
    }

    /// Publishes continue when one broker ends, and after all brokers have ended and started again.
    @Test
    void publishesSurviveBrokers() throws Exception {
        try (var nodes = new TestCluster(folder, 2, brokers.topic("survives"))) {
            nodes.start(0, 1);
            List<String> published = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                published.add("event " + i);
                if (i == 5) brokers.kill(brokers.leader("survives"));
                TestCluster.publish(nodes.node(i % 2), "event " + i);
            }
            brokers.startEnded();
            for (int i = 0; i < brokers.size(); i++) brokers.kill(i);
            brokers.startEnded();
            Cursor last = TestCluster.publish(nodes.node(0), "last");
            published.add("last");
            for (int i = 0; i < 2; i++)
                assertThat(TestCluster.eventsUpTo(nodes.node(i), last)).isEqualTo(published);
        }
    }

    @Test
    void aNodeThatWasAwayForLongerThanTheTopicKeepsReceivesACopy() throws Exception {
        try (var nodes = new TestCluster(folder, 2, brokers.topic("kept"))) {
            nodes.start(0, 1);
            TestCluster.eventsUpTo(nodes.node(1), TestCluster.publish(nodes.node(0), "one"));
            nodes.stop(1);
            Cursor last = TestCluster.publish(nodes.node(0), "two");
            brokers.dropAll("kept");
            nodes.start(1);
            nodes.awaitFailure(1, "This node was away for longer");
            assertThat(nodes.node(1).isReplacedWhenOpened()).isTrue();
            nodes.stop(1);
            nodes.start(1);
            assertThat(TestCluster.eventsUpTo(nodes.node(1), last)).containsExactly("one", "two");
            Cursor next = TestCluster.publish(nodes.node(1), "three");
            assertThat(TestCluster.eventsUpTo(nodes.node(0), next)).containsExactly("one", "two", "three");
        }
    }

    @Test
    void aNodeThatDiffersFromTheOthersStopsAndReceivesACopy() throws Exception {
        try (var nodes = new TestCluster(folder, 3, brokers.topic("differs"))) {
            nodes.start(0, 1, 2);
            TestCluster.publish(nodes.node(2), "all are equal");
            nodes.stop(2);
            ReplicaDamage.changeDigest(nodes.folderOf(2));
            nodes.start(2);
            Cursor last = TestCluster.publish(nodes.node(0), "one is not");
            nodes.awaitFailure(2, "Nodes of the cluster differ");
            assertThat(nodes.node(2).isReplacedWhenOpened()).isTrue();
            assertThat(List.of(nodes.node(0), nodes.node(1)))
                    .extracting(Log::failure)
                    .containsOnlyNulls();
            nodes.stop(2);
            nodes.start(2);
            assertThat(TestCluster.eventsUpTo(nodes.node(2), last)).containsExactly("all are equal", "one is not");
        }
    }

    @Test
    void nodesEndWhenTheTopicIsCreatedAgain() throws Exception {
        try (var nodes = new TestCluster(folder, 2, brokers.topic("again"))) {
            nodes.start(0, 1);
            TestCluster.publish(nodes.node(0), "one");
            nodes.stop(1);
            brokers.delete("again");
            brokers.create("again", Map.of());
            nodes.awaitFailure(
                    0, "When Kafka lost entries"); // The node's reader or its check of the topic's id notices first.
            assertThat(nodes.node(0).isReplacedWhenOpened()).isFalse();
            assertThatThrownBy(() -> nodes.start(1)).hasMessageContaining("deleted and created again");
        }
    }

    @Test
    void nodesEndWhenTheTopicHasLostEntries() throws Exception {
        try (var nodes = new TestCluster(folder, 2, brokers.topic("lost"))) {
            nodes.start(0, 1);
            List<String> published = new ArrayList<>(List.of("first"));
            Cursor last = TestCluster.publish(nodes.node(0), "first");
            for (int i = 0; i < 20; i++) {
                published.add("event " + i);
                last = TestCluster.publish(nodes.node(0), "event " + i);
            }
            nodes.stop(1);
            brokers.cutShort("lost");
            nodes.awaitFailure(0, "lost entries");
            assertThat(nodes.node(0).isReplacedWhenOpened()).isFalse();
            nodes.start(1);
            nodes.awaitFailure(1, "lost entries");
            nodes.stop(0);
            // This node may be the only one that has them.
            nodes.detach(0, true);
            try (var alone = nodes.log(0).open()) {
                assertThat(TestCluster.eventsUpTo(alone, last)).isEqualTo(published);
            }
        }
    }

    @Test
    void refusesATopicThatCouldReorderOrDropProposals() throws Exception {
        brokers.create("compacted", Map.of("cleanup.policy", "compact", "min.insync.replicas", "1"));
        try (var nodes = new TestCluster(folder, 1, brokers.topic("compacted"))) {
            assertThatThrownBy(() -> nodes.start(0))
                    .hasMessageContaining("cleanup.policy is 'compact', and must be 'delete';"
                            + " min.insync.replicas is '1', and must be 2 or more");
        }
    }

    /// No other node would receive what the node publishes there.
    @Test
    void aNodeWithAnotherTopicIsRefused() throws Exception {
        brokers.create("other", Map.of());
        try (var nodes = new TestCluster(folder, 2, brokers.topic("right"))) {
            nodes.configure(1, brokers.topic("other"));
            assertThatThrownBy(() -> nodes.start(0, 1)).hasMessageContaining("is not that of the other nodes");
        }
    }

    /// The brokers may be starting, for example after a power failure.
    @Test
    void waitsForBrokersToCreateItsTopic() throws Exception {
        try (var nodes = new TestCluster(folder, 1, brokers.topic("waits"))) {
            for (int i = 0; i < 2; i++) brokers.kill(i);
            CompletableFuture<ReplicatedLog> starting = nodes.starting(0, true);
            assertThatThrownBy(() -> starting.get(3, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            brokers.startEnded();
            starting.get(120, TimeUnit.SECONDS).close();
        }
    }

    @Test
    void anotherClusterDoesNotBeginInATopicThatWasUsed() throws Exception {
        try (var nodes = new TestCluster(folder.resolve("one"), 1, brokers.topic("used"))) {
            nodes.start(0);
            TestCluster.publish(nodes.node(0), "one");
        }
        try (var nodes = new TestCluster(folder.resolve("another"), 1, brokers.topic("used"))) {
            assertThatThrownBy(() -> nodes.start(0)).hasMessageContaining("has entries already");
        }
    }

    /// The folder may lack entries that are only in the topic.
    @Test
    void aFolderBecomesThatOfASingleHubOnlyByForce() throws Exception {
        Cursor last;
        try (var nodes = new TestCluster(folder, 1, brokers.topic("withdrawn"))) {
            nodes.start(0);
            last = TestCluster.publish(nodes.node(0), "one");
            nodes.stop(0);
            assertThatThrownBy(() -> nodes.detach(0, false)).hasMessageContaining("has its order in Kafka");
            nodes.detach(0, true);
            try (var alone = nodes.log(0).open()) {
                assertThat(TestCluster.eventsUpTo(alone, last)).containsExactly("one");
            }
        }
    }
}
