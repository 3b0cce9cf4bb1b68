/// An order in Apache Kafka: one topic of one partition, whose offsets are the order. Knows Kafka and the replica that
/// follows, and nothing of the nodes. Read [Topic] first, then [TopicReader] and [TopicWriter].
@NullMarked
package dev.sluice.cluster.kafka;

import org.jspecify.annotations.NullMarked;
