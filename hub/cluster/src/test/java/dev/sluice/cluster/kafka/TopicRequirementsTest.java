package dev.sluice.cluster.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cluster.KafkaSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;

/// Checks which topics can keep an order.
final class TopicRequirementsTest {
    private static final KafkaSettings SETTINGS = new KafkaSettings(List.of("127.0.0.1:9092"), "order", 3, Map.of());

    private static TopicDescription topic(int partitions, int replicas) {
        List<Node> nodes = IntStream.range(0, replicas)
                .mapToObj(each -> new Node(each, "127.0.0.1", 9092))
                .toList();
        return new TopicDescription(
                "order",
                false,
                IntStream.range(0, partitions)
                        .mapToObj(each -> new TopicPartitionInfo(each, nodes.getFirst(), nodes, nodes))
                        .toList());
    }

    private static List<String> unmet(TopicDescription topic, Map<String, String> changed) {
        Map<String, String> values = new HashMap<>(TopicRequirements.ofNew(SETTINGS));
        values.putAll(changed);
        List<ConfigEntry> entries = new ArrayList<>();
        values.forEach((key, value) -> entries.add(new ConfigEntry(key, value)));
        return TopicRequirements.unmet(SETTINGS, topic, new Config(entries));
    }

    @Test
    void acceptsATopicAsANodeCreatesIt() {
        assertThat(unmet(topic(1, 3), Map.of())).isEmpty();
    }

    @Test
    void reportsAllMistakesAtOnce() {
        assertThat(unmet(
                        topic(2, 2),
                        Map.of(
                                "cleanup.policy", "compact,delete",
                                "message.timestamp.type", "CreateTime",
                                "unclean.leader.election.enable", "true",
                                "min.insync.replicas", "1",
                                "max.message.bytes", "1048588",
                                "retention.ms", "60000",
                                "retention.bytes", "1000000",
                                "compression.type", "zstd")))
                .containsExactly(
                        "it has 2 partitions, and must have 1",
                        "it has 2 replicas, and 'cluster.kafka.replicas' asks for 3",
                        "cleanup.policy is 'compact,delete', and must be 'delete'",
                        "message.timestamp.type is 'CreateTime', and must be 'LogAppendTime'",
                        "unclean.leader.election.enable is 'true', and must be 'false'",
                        "min.insync.replicas is '1', and must be 2 or more",
                        "max.message.bytes is '1048588', and must be 16842752 or more",
                        "retention.ms is '60000', and must be -1, or 3600000 or more",
                        "retention.bytes is '1000000', and must be -1, or 1073741824 or more",
                        "compression.type is 'zstd', and must be 'producer', 'uncompressed' or 'gzip'");
    }

    @Test
    void acceptsUnlimitedRetentionAndMoreReplicas() {
        assertThat(unmet(topic(1, 5), Map.of("retention.ms", "-1", "min.insync.replicas", "3")))
                .isEmpty();
    }
}
