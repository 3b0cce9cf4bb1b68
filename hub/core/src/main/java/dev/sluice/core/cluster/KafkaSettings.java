package dev.sluice.core.cluster;

import java.util.List;
import java.util.Map;

/// A topic of Apache Kafka that keeps the order of a cluster.
///
/// @param servers  brokers to ask first, each `host:port`
/// @param topic    its name
/// @param replicas brokers that keep the topic, at least; a publish is acknowledged once all but one of them have it
/// @param client   further settings of Kafka's clients, with secrets among them
public record KafkaSettings(List<String> servers, String topic, int replicas, Map<String, String> client) {
    public KafkaSettings {
        servers = List.copyOf(servers);
        client = Map.copyOf(client);
        if (servers.isEmpty()) throw new IllegalArgumentException("no servers");
        if (replicas < 1) throw new IllegalArgumentException("replicas must be 1 or more, was " + replicas);
    }

    /// Brokers that have to have a publish before it counts: one of them may be lost.
    public int inSyncMin() {
        return Math.max(1, replicas - 1);
    }

    /// Without the settings of clients, which have secrets.
    @Override
    public String toString() {
        return "topic " + topic + " of " + servers;
    }
}
