/// An order in Apache Kafka: one topic with one partition, whose offsets are the order. Read [Topic] first,
/// then [TopicReader] and [TopicWriter]; [KafkaOrder] connects a node to them.
@NullMarked
package dev.sluice.cluster.kafka;

import org.jspecify.annotations.NullMarked;
