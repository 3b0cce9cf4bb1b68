package dev.sluice.cluster.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.replication.Order;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Reads topics that have the expected records, or have lost some.
final class TopicReaderTest {
    private static final TopicPartition PARTITION = new TopicPartition("order", Topic.PARTITION);
    private static final UUID CLUSTER = UUID.randomUUID();
    private static final byte[] KEY = TopicReader.key(CLUSTER);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none") {
        @Override
        public synchronized Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
            if (isBroken) throw new IllegalStateException("no offsets");
            return super.beginningOffsets(partitions);
        }
    };
    private volatile boolean isBroken;

    /// The calls of the listener.
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @AutoClose
    private TopicReader reader;

    private void read(Order.Position from, long firstOffset, Runnable whenAssigned) {
        consumer.updateBeginningOffsets(Map.of(PARTITION, firstOffset));
        consumer.updateEndOffsets(Map.of(PARTITION, 1_000L));
        consumer.schedulePollTask(whenAssigned);
        reader = new TopicReader(consumer, PARTITION.topic(), CLUSTER, from, new TopicReader.Listener() {
            @Override
            public void placed(Order.Position at, long stampMs, byte[] proposal) {
                heard.add("%d of %d at %d: %s"
                        .formatted(at.index(), at.term(), stampMs, new String(proposal, StandardCharsets.UTF_8)));
            }

            @Override
            public void dropped() {
                heard.add("dropped");
            }

            @Override
            public void ended(String reason) {
                heard.add(reason);
            }
        });
        reader.start();
    }

    private void record(long offset, int epoch, byte[] key, String value) {
        consumer.addRecord(new ConsumerRecord<>(
                PARTITION.topic(),
                Topic.PARTITION,
                offset,
                1_700_000_000_000L + offset,
                TimestampType.LOG_APPEND_TIME,
                key.length,
                value.length(),
                key,
                value.getBytes(StandardCharsets.UTF_8),
                new RecordHeaders(),
                Optional.of(epoch)));
    }

    private String next() throws InterruptedException {
        String next = heard.poll(60, TimeUnit.SECONDS);
        if (next == null) throw new AssertionError("nothing more was handed over");
        return next;
    }

    @Test
    void deliversTheRecordsAfterTheReplicasPosition() throws Exception {
        read(new Order.Position(7, 3), 0, () -> {
            record(7, 3, KEY, "a");
            record(8, 4, KEY, "b");
        });
        assertThat(next()).isEqualTo("8 of 3 at 1700000000007: a");
        assertThat(next()).isEqualTo("9 of 4 at 1700000000008: b");
    }

    @Test
    void skipsRecordsOfOtherClusters() throws Exception {
        read(Order.Position.NONE, 0, () -> {
            record(0, 0, TopicReader.key(UUID.randomUUID()), "of another cluster");
            record(1, 0, new byte[0], "of another program");
            record(2, 0, KEY, "a");
        });
        assertThat(next()).isEqualTo("3 of 0 at 1700000000002: a");
    }

    @Test
    void requestsACopyIfTheTopicDroppedTheNextRecords() throws Exception {
        read(new Order.Position(7, 3), 20, () -> consumer.setPollException(outOfRange(7)));
        assertThat(next()).isEqualTo("dropped");
    }

    @Test
    void endsIfTheTopicHasLostWhatTheReplicaHas() throws Exception {
        read(new Order.Position(7, 3), 0, () -> consumer.setPollException(outOfRange(7)));
        assertThat(next())
                .contains("lost entries: this node has applied index 7")
                .contains("When Kafka lost entries");
    }

    @Test
    void endsIfItCannotFindOutWhatTheTopicHas() throws Exception {
        read(new Order.Position(7, 3), 0, () -> {
            isBroken = true;
            consumer.setPollException(outOfRange(7));
        });
        assertThat(next()).contains("can't be read any further after index 7", "no offsets");
    }

    private static KafkaException outOfRange(long offset) {
        return new OffsetOutOfRangeException(Map.of(PARTITION, offset));
    }

    @Test
    void endsIfTheEpochGoesBack() throws Exception {
        read(new Order.Position(7, 3), 0, () -> record(7, 2, KEY, "of a topic that was created again"));
        assertThat(next()).contains("went back: index 8 of epoch 2 came after index 7 of epoch 3");
    }

    @Test
    void continuesWhenBrokersPermitReadingAgain() throws Exception {
        read(Order.Position.NONE, 0, () -> {
            consumer.setPollException(new TopicAuthorizationException("order"));
            consumer.schedulePollTask(() -> {
                heard.add(String.valueOf(reader.problem()));
                record(0, 0, KEY, "a");
            });
        });
        assertThat(next()).contains("can't be read");
        assertThat(next()).isEqualTo("1 of 0 at 1700000000000: a");
    }

    @Test
    void hasEndedWhenItIsClosed() throws Exception {
        read(Order.Position.NONE, 0, () -> record(0, 0, KEY, "a"));
        assertThat(next()).isEqualTo("1 of 0 at 1700000000000: a");
        reader.close();
        assertThat(consumer.closed()).isTrue();
    }
}
