package dev.sluice.core.cluster;

import java.util.List;
import java.util.Map;

/// A topic of Apache Kafka that keeps the order of a cluster.
///
/// @param servers  the brokers to contact first, each as `host:port`
/// @param topic    its name
/// @param replicas the minimum number of brokers that keep the topic; a publish is acknowledged once all but one
///                 of them have it
/// @param client   further settings of Kafka's clients, including secrets
public record KafkaSettings(List<String> servers, String topic, int replicas, Map<String, String> client) {
    public KafkaSettings {
        servers = List.copyOf(servers);
        client = Map.copyOf(client);
        if (servers.isEmpty()) throw new IllegalArgumentException("no servers");
        if (replicas < 1) throw new IllegalArgumentException("replicas must be 1 or more, was " + replicas);
    }

    /// The number of brokers that must have a publish before it counts, so that one of them may be lost.
    public int inSyncMin() {
        return Math.max(1, replicas - 1);
    }

    /// Omits the settings of clients, which contain secrets.
    @Override
    public String toString() {
        return "topic " + topic + " of " + servers;
    }
}
