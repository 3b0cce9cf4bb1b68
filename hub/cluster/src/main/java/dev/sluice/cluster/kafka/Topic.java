package dev.sluice.cluster.kafka;

import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.cluster.KafkaSettings;
import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// The topic that keeps the order of a cluster, as Kafka's brokers describe it. Methods that ask brokers block, for
/// some seconds at most, and may be called from any thread.
public final class Topic implements AutoCloseable {
    /// The number of the topic's only partition.
    static final int PARTITION = 0;

    /// The end of a message for an operator when the topic has lost entries.
    static final String LOST = "What was acknowledged may be lost in Kafka. See \"When Kafka lost entries\" in"
            + " docs/cluster-kafka.md before this node is started again.";

    private final KafkaSettings settings;
    private final ClientConfig config;
    private final TopicPartition partition;
    private final Admin admin;

    /// The state of the topic at one moment.
    ///
    /// @param id     the id that Kafka drew when the topic was created; a topic created again has a different
    ///     one
    /// @param leader whether a broker leads the partition
    /// @param inSync the number of replicas in sync
    public record State(UUID id, boolean leader, int inSync) {}

    /// Creates the client, without a request to brokers.
    ///
    /// @throws IOException if the settings of Kafka's clients can't be used
    public Topic(KafkaSettings settings) throws IOException {
        this.settings = settings;
        config = new ClientConfig(settings);
        partition = new TopicPartition(settings.topic(), PARTITION);
        try {
            admin = config.admin();
        } catch (KafkaException unusable) {
            // For example when names can't be resolved, which may work at the next start.
            throw new IOException(
                    "Kafka's client can't be made of 'cluster.kafka' (" + reason(unusable) + ")", unusable);
        }
    }

    private static String reason(Throwable failed) {
        Throwable cause = failed.getCause();
        return failed.getMessage() + (cause == null ? "" : ": " + cause.getMessage());
    }

    /// @return empty if there is no such topic, as far as the broker that was asked knows
    /// @throws ClusterRejectedException if the brokers don't let this node see it
    /// @throws IOException    if no broker answers
    public Optional<State> look() throws IOException, InterruptedException {
        return describe().map(Topic::state);
    }

    private Optional<TopicDescription> describe() throws IOException, InterruptedException {
        try {
            return Optional.ofNullable(admin.describeTopics(List.of(settings.topic()))
                    .allTopicNames()
                    .get()
                    .get(settings.topic()));
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException) return Optional.empty();
            throw failure(failed, "described");
        }
    }

    private static State state(TopicDescription topic) {
        var id = topic.topicId();
        TopicPartitionInfo first = topic.partitions().getFirst();
        boolean hasLeader = first.leader() != null && !first.leader().isEmpty();
        return new State(
                new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits()),
                hasLeader,
                first.isr().size());
    }

    /// Creates the topic if it does not exist.
    ///
    /// @throws ClusterRejectedException if the brokers don't let this node create it with these settings
    /// @throws IOException    if the attempt failed and may be repeated
    public void create() throws IOException, InterruptedException {
        NewTopic topic = new NewTopic(settings.topic(), 1, (short) settings.replicas())
                .configs(TopicRequirements.ofNew(settings));
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException failed) {
            if (!(failed.getCause() instanceof TopicExistsException)) throw failure(failed, "created");
        }
    }

    /// Checks that the topic meets the requirements of a cluster's order.
    ///
    /// @throws ClusterRejectedException with all unmet requirements, or if there is no such topic
    /// @throws IOException    if no broker answers
    public State require() throws IOException, InterruptedException {
        TopicDescription topic = describe()
                .orElseThrow(() -> new ClusterRejectedException(
                        "There is no topic '" + settings.topic() + "' ('cluster.kafka.topic') any more. " + LOST));
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, settings.topic());
        try {
            Map<ConfigResource, Config> configs =
                    admin.describeConfigs(List.of(resource)).all().get();
            Config described = configs.getOrDefault(resource, new Config(List.of()));
            List<String> wrong = TopicRequirements.unmet(settings, topic, described);
            if (wrong.isEmpty()) return state(topic);
            throw new ClusterRejectedException(
                    "The topic '" + settings.topic() + "' ('cluster.kafka.topic') can't keep the order"
                            + " of a cluster: " + String.join("; ", wrong)
                            + ". Change it with kafka-configs.sh, or name another one.");
        } catch (ExecutionException failed) {
            throw failure(failed, "checked");
        }
    }

    /// The index of the last entry; 0 if there is none.
    ///
    /// @throws IOException if no broker answers
    public long last() throws IOException, InterruptedException {
        try {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        } catch (ExecutionException failed) {
            throw failure(failed, "read");
        }
    }

    /// Returns true if the topic never had an entry.
    public boolean isNew() throws IOException, InterruptedException {
        return last() == 0;
    }

    private IOException failure(ExecutionException failed, String done) {
        Throwable cause = failed.getCause() == null ? failed : failed.getCause();
        String what = "the topic '" + settings.topic() + "' can't be " + done + " at " + settings.servers() + ": "
                + cause.getMessage();
        // With fewer brokers than replicas, the missing ones may be starting.
        if (cause instanceof RetriableException || cause instanceof InvalidReplicationFactorException)
            return new IOException(what, cause);
        return new ClusterRejectedException("T" + what.substring(1) + " ('cluster.kafka').");
    }

    /// Reads the topic after a place.
    public TopicReader reader(UUID cluster, Order.Position from, TopicReader.Listener listener) {
        TopicReader reader = new TopicReader(config.consumer(), settings.topic(), cluster, from, listener);
        reader.start();
        return reader;
    }

    /// Writes to the topic.
    ///
    /// @param publishTimeout the time after which a publish without an outcome fails
    public TopicWriter writer(UUID cluster, Duration publishTimeout) {
        TopicWriter writer = new TopicWriter(() -> config.producer(publishTimeout), settings.topic(), cluster);
        writer.start();
        return writer;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
