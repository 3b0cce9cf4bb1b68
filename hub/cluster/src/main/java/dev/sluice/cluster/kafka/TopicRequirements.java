package dev.sluice.cluster.kafka;

import dev.sluice.core.cluster.KafkaSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;

/// Topic settings without which Kafka could reorder or drop proposals.
final class TopicRequirements {
    /// How long a node may be away and still find all the entries that it missed.
    private static final long RETENTION_MS = TimeUnit.DAYS.toMillis(7);

    /// The shortest retention. Nodes save the entries they have applied more often, so that they never depend
    /// on entries that the topic has dropped.
    static final long RETENTION_MS_MIN = TimeUnit.HOURS.toMillis(1);

    private static final long RETENTION_BYTES_MIN = 1L << 30;

    private TopicRequirements() {}

    /// The configuration of a topic that a node creates.
    static Map<String, String> ofNew(KafkaSettings settings) {
        Map<String, String> config = new HashMap<>();
        config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        config.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(settings.inSyncMin()));
        config.put(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
        config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(ClientConfig.RECORD_BYTES_MAX));
        config.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(RETENTION_MS));
        config.put(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
        config.put(TopicConfig.COMPRESSION_TYPE_CONFIG, "producer");
        return config;
    }

    /// The unmet requirements, each as a part of a sentence.
    static List<String> unmet(KafkaSettings settings, TopicDescription topic, Config config) {
        List<String> wrong = new ArrayList<>();
        int partitions = topic.partitions().size();
        if (partitions != 1) wrong.add("it has " + partitions + " partitions, and must have 1");
        int replicas = topic.partitions().getFirst().replicas().size();
        if (replicas < settings.replicas())
            wrong.add("it has " + replicas + " replicas, and 'cluster.kafka.replicas' asks for " + settings.replicas());
        var checks = new Checks(config, wrong);
        checks.require(TopicConfig.CLEANUP_POLICY_CONFIG, "delete"::equals, "'delete'");
        checks.require(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime"::equals, "'LogAppendTime'");
        checks.require(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false"::equals, "'false'");
        checks.atLeast(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, settings.inSyncMin());
        checks.atLeast(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, ClientConfig.RECORD_BYTES_MAX);
        checks.unlimitedOrAtLeast(TopicConfig.RETENTION_MS_CONFIG, RETENTION_MS_MIN);
        checks.unlimitedOrAtLeast(TopicConfig.RETENTION_BYTES_CONFIG, RETENTION_BYTES_MIN);
        checks.require(
                TopicConfig.COMPRESSION_TYPE_CONFIG,
                Set.of("producer", "uncompressed", "gzip")::contains,
                "'producer', 'uncompressed' or 'gzip'");
        return wrong;
    }

    private record Checks(Config config, List<String> wrong) {
        void require(String key, Predicate<String> isRight, String right) {
            ConfigEntry entry = config.get(key);
            String value = entry == null ? null : entry.value();
            if (value == null || !isRight.test(value)) wrong.add(key + " is '" + value + "', and must be " + right);
        }

        void atLeast(String key, long min) {
            require(key, value -> Long.parseLong(value) >= min, min + " or more");
        }

        void unlimitedOrAtLeast(String key, long min) {
            require(
                    key,
                    value -> Long.parseLong(value) == -1 || Long.parseLong(value) >= min,
                    "-1, or " + min + " or more");
        }
    }
}
