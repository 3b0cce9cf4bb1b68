package dev.sluice.cluster.kafka;

import dev.sluice.cluster.NodesLogSubject;
import dev.sluice.core.cluster.KafkaSettings;
import dev.sluice.core.replication.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;

/// The orders of several nodes by one topic, in this process.
final class TopicEnds implements NodesLogSubject.Ends {
    private final List<Order> orders = new ArrayList<>();
    private final List<AutoCloseable> closers = new ArrayList<>();

    /// @param listeners the listener of each node
    static TopicEnds open(KafkaSettings settings, int size, IntFunction<Order.Listener> listeners) throws Exception {
        var ends = new TopicEnds();
        var cluster = UUID.randomUUID();
        Topic topic = new Topic(settings);
        topic.create();
        for (int i = 0; i < size; i++) {
            TopicWriter writer = topic.writer(cluster, Duration.ofSeconds(60));
            TopicReader reader = topic.reader(cluster, Order.Position.NONE, new Handed(listeners.apply(i)));
            ends.orders.add(new End(writer));
            ends.closers.add(reader);
            ends.closers.add(writer);
        }
        ends.closers.add(topic);
        return ends;
    }

    private record Handed(Order.Listener listener) implements TopicReader.Listener {
        @Override
        public void placed(Order.Position at, long stampMs, byte[] proposal) {
            listener.placed(at, stampMs, proposal);
        }

        @Override
        public void dropped() {
            throw new AssertionError("nothing is dropped here");
        }

        @Override
        public void ended(String reason) {
            throw new AssertionError(reason);
        }
    }

    private record End(TopicWriter writer) implements Order {
        @Override
        public void propose(byte[] proposal) {
            writer.send(proposal);
        }

        @Override
        public boolean isLeader() {
            return false;
        }
    }

    @Override
    public Order order(int node) {
        return orders.get(node);
    }

    @Override
    public void close() {
        try {
            for (AutoCloseable each : closers) each.close();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
