/// An order in Apache Kafka: one topic of one partition, whose offsets are the order. Read [Topic] first, then
/// [TopicReader] and [TopicWriter]; [KafkaOrder] is a node's end of it.
@NullMarked
package dev.sluice.cluster.kafka;

import org.jspecify.annotations.NullMarked;
