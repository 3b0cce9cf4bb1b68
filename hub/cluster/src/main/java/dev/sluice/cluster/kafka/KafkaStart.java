package dev.sluice.cluster.kafka;

import static java.util.Objects.requireNonNull;

import dev.sluice.cluster.folder.NodeFile;
import dev.sluice.cluster.folder.TopicFile;
import dev.sluice.cluster.order.NodeOrder;
import dev.sluice.cluster.order.OrderStart;
import dev.sluice.cluster.order.Retry;
import dev.sluice.cluster.order.StateMachine;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.tls.NodeTls;
import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.cluster.KafkaSettings;
import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The start of a node whose order is in a Kafka topic. It waits for brokers, and rejects a topic that can't
/// keep an order or is not the topic that the node was in.
public final class KafkaStart implements OrderStart {
    /// Attempts, over some seconds, before a topic counts as missing: a broker that has just started may not
    /// know all topics.
    private static final int MISSED_MAX = 20;

    private final ClusterSettings settings;
    private final KafkaSettings kafka;
    private final Path folder;
    private final @Nullable NodeTls tls;
    private @Nullable KafkaOrder order;
    private int missed;

    public KafkaStart(ClusterSettings settings, KafkaSettings kafka, Path folder, @Nullable NodeTls tls) {
        this.settings = settings;
        this.kafka = kafka;
        this.folder = folder;
        this.tls = tls;
    }

    /// A request to brokers.
    private interface Question<T> {
        T ask(Topic topic) throws IOException, InterruptedException;
    }

    /// Repeats the request until a broker answers or refuses it.
    private <T> T ask(Question<T> question) throws IOException, InterruptedException {
        var retry = new Retry("waiting for Kafka");
        try (var topic = new Topic(kafka)) {
            while (true) {
                try {
                    return question.ask(topic);
                } catch (ClusterRejectedException refused) {
                    throw refused;
                } catch (IOException failed) {
                    retry.pause(String.valueOf(failed.getMessage()));
                }
            }
        }
    }

    /// Requires a topic that never had an entry, as a new order can't begin after the entries of another
    /// cluster.
    @Override
    public void found() throws IOException, InterruptedException {
        if (TopicFile.isIn(folder)) { // The cluster was founded before a crash.
            requireSame();
            return;
        }
        UUID id = ask(topic -> {
            Optional<Topic.State> there = topic.look();
            if (there.isEmpty()) {
                topic.create();
                throw new IOException("the topic '" + kafka.topic() + "' is being created");
            }
            Topic.State state = topic.require();
            if (!topic.isNew()) {
                throw new ClusterRejectedException(
                        "The topic '" + kafka.topic() + "' ('cluster.kafka.topic') has entries already:"
                                + " name another one for a new cluster. If the folders of the cluster that it belongs to are"
                                + " lost, its log is, too.");
            }
            return state.id();
        });
        new TopicFile(id).write(folder);
    }

    @Override
    public void requireSame() throws IOException, InterruptedException {
        TopicFile known = TopicFile.read(folder);
        if (known == null) {
            throw new ClusterRejectedException(
                    "The folder '" + folder + "' belongs to a node whose order is not in Kafka: leave out"
                            + " 'cluster.order', or name an empty folder (storage.data).");
        }
        ask(topic -> {
            Optional<Topic.State> there = topic.look();
            if (there.isPresent()) requireId(known.id(), there.get());
            else if (missed++ < MISSED_MAX) throw new IOException("no broker knows the topic '" + kafka.topic() + "'");
            Topic.State state = topic.require(); // The topic may have been deleted and created again.
            requireId(known.id(), state);
            return state;
        });
    }

    private void requireId(UUID known, Topic.State state) throws ClusterRejectedException {
        if (!state.id().equals(known)) throw new ClusterRejectedException(another(kafka.topic()));
    }

    /// Records the topic's id, as a copy must continue in the topic it comes from, whatever the configuration
    /// of the receiving node says.
    @Override
    public void describe(Path copy) throws IOException {
        TopicFile known = TopicFile.read(folder);
        if (known == null) throw new IOException("this node has no topic yet");
        known.write(copy);
    }

    @Override
    public void take(Path copy) throws IOException, InterruptedException {
        TopicFile known = TopicFile.read(copy);
        if (known == null) {
            throw new ClusterRejectedException(
                    "The order of this cluster is not in Kafka: leave out 'cluster.order', as it is on the"
                            + " other nodes.");
        }
        if (!ask(Topic::require).id().equals(known.id())) {
            throw new ClusterRejectedException("The topic '" + kafka.topic()
                    + "' is not that of the other nodes of this cluster:" + " 'cluster.kafka' must be as it is there.");
        }
        known.write(folder);
    }

    static String another(String topic) {
        return "The topic '" + topic + "' ('cluster.kafka.topic') is not the one in which this node was: it was deleted"
                + " and created again. What was acknowledged may be lost in Kafka. See \"When Kafka lost entries\" in"
                + " docs/cluster-kafka.md before this node is started again.";
    }

    @Override
    public NodeOrder order(Member self, UUID cluster, NodeClient client, Runnable onClose) throws IOException {
        order = new KafkaOrder(self, cluster, settings, kafka, client, tls, onClose);
        return order;
    }

    @Override
    public void begin(NodeFile.Stage stage, Order.Position opened, StateMachine replica) throws IOException {
        TopicFile known = requireNonNull(TopicFile.read(folder), "no topic is known");
        requireNonNull(order).start(folder, known.id(), opened, replica);
    }

    @Override
    public boolean hasRemovals() {
        return false;
    }
}
