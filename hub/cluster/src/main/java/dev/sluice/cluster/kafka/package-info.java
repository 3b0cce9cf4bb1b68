/// An order in Apache Kafka: one topic with one partition, whose offsets are the order. Read [Topic] first,
/// then [TopicReader] and [TopicWriter]; [KafkaOrder] connects a node to them.
///
/// [TopicRequirements] says which topics are accepted, [ClientConfig] configures Kafka's clients, and
/// [NodeWatch] decides which node leads and which nodes are gone.
@NullMarked
package dev.sluice.cluster.kafka;

import org.jspecify.annotations.NullMarked;
