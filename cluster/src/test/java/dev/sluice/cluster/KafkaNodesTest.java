package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.kafka.Brokers;
import dev.sluice.core.cursor.Cursor;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes with folders whose order is in Kafka.
@Tag("long")
final class KafkaNodesTest {
    private static Brokers brokers;

    @TempDir
    Path folder;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        brokers = new Brokers(folder, 1);
    }

    @AfterAll
    static void close() {
        brokers.close();
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
}
