package dev.sluice.cluster.kafka;

import dev.sluice.core.encoding.LogField;
import dev.sluice.core.replication.Order;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/// Passes the entries of the topic to a listener, starting after the replica's place, on its own thread. It
/// never skips a place and never goes back: if the topic can't continue after the last entry, the reader
/// reports that and ends.
///
/// The index of an entry is its offset plus one; 0 is before the first entry. Its term is the leader epoch of
/// the broker that placed it. A record's key is the cluster's id; records with another key come from other
/// programs.
public final class TopicReader implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TopicReader.class.getName());

    /// The maximum duration of a poll, which ends earlier when a record arrives.
    private static final Duration POLL = Duration.ofSeconds(1);

    private static final Duration END = Duration.ofSeconds(1);

    private static final long PAUSE_MS = 500;
    private static final long FOREIGN_TOLD_NS = TimeUnit.MINUTES.toNanos(1);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final byte[] key;
    private final Listener listener;
    private final Thread thread;
    private volatile Order.Position applied;
    private volatile @Nullable String problem;
    private volatile boolean closed;
    private long foreign;
    private long foreignToldNs;

    /// Called by the reader's thread.
    public interface Listener {
        /// Called with the next entry.
        ///
        /// @param stampMs when a broker placed it, in milliseconds since 1970
        void placed(Order.Position at, long stampMs, byte[] proposal);

        /// Called when the topic's retention has dropped the next entry. The reader has ended.
        void dropped();

        /// Called when the reader has ended.
        ///
        /// @param reason the reason, for the operator
        void ended(String reason);
    }

    /// @param from the replica's place
    TopicReader(Consumer<byte[], byte[]> consumer, String topic, UUID cluster, Order.Position from, Listener listener) {
        this.consumer = consumer;
        partition = new TopicPartition(topic, Topic.PARTITION);
        key = key(cluster);
        applied = from;
        this.listener = listener;
        thread = Thread.ofPlatform().name("topic-reader").daemon().unstarted(this::run);
    }

    /// The key of the records of this cluster.
    static byte[] key(UUID cluster) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(cluster.getMostSignificantBits())
                .putLong(cluster.getLeastSignificantBits())
                .array();
    }

    void start() {
        thread.start();
    }

    /// The place of the last record that was passed on, or skipped because it is from another program.
    public Order.Position applied() {
        return applied;
    }

    /// Why the topic can't be read at the moment, or null if it can.
    public @Nullable String problem() {
        return problem;
    }

    private void run() {
        try {
            readAll();
        } catch (WakeupException _) {
            // The reader was closed.
        } catch (RuntimeException | Error failed) {
            listener.ended("The topic '" + partition.topic() + "' can't be read any further after index "
                    + applied.index() + " (" + failed + "): start this node again.");
        } finally {
            consumer.close(CloseOptions.timeout(END));
        }
    }

    private void readAll() {
        try {
            consumer.assign(List.of(partition));
            Order.Position from = applied;
            // With the epoch, Kafka checks whether the entry before is still the one that was read (KIP-320).
            Optional<Integer> epoch = from.index() == 0 ? Optional.empty() : Optional.of(Math.toIntExact(from.term()));
            consumer.seek(partition, new OffsetAndMetadata(from.index(), epoch, ""));
            while (!closed && read()) {} // Reads until the reader ends.
        } catch (OffsetOutOfRangeException lost) {
            tell(lost);
        }
    }

    /// @return true to continue reading
    private boolean read() {
        try {
            for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
                if (closed) return false;
                if (!take(each)) return false;
            }
            problem = null;
        } catch (WakeupException | OffsetOutOfRangeException | InterruptException end) {
            throw end;
        } catch (ApiException failed) { // A broker refuses or is unable to answer now; this may pass.
            if (!(failed instanceof RetriableException) && problem == null)
                LOG.log(System.Logger.Level.WARNING, "the topic can't be read, reason=" + LogField.quoted(failed));
            problem = "The topic '" + partition.topic() + "' can't be read: " + failed.getMessage();
            pause();
        }
        return true;
    }

    private boolean take(ConsumerRecord<byte[], byte[]> entry) {
        Order.Position last = applied;
        long index = entry.offset() + 1;
        long term = entry.leaderEpoch().map(Integer::longValue).orElse(last.term());
        if (term < last.term() || index <= last.index()) {
            listener.ended("The topic '" + partition.topic() + "' went back: index " + index + " of epoch " + term
                    + " came after index " + last.index() + " of epoch " + last.term() + ". "
                    + Topic.LOST);
            return false;
        }
        var at = new Order.Position(index, term);
        if (entry.value() != null && Arrays.equals(key, entry.key())) {
            listener.placed(at, entry.timestamp(), entry.value());
        } else {
            tellForeign(entry.offset());
        }
        applied = at;
        return true;
    }

    /// Logs a record of another program. All nodes of this cluster skip it, so they stay equal.
    private void tellForeign(long offset) {
        foreign++;
        long nowNs = System.nanoTime();
        if (foreign > 1 && nowNs - foreignToldNs < FOREIGN_TOLD_NS) return;
        foreignToldNs = nowNs;
        LOG.log(
                System.Logger.Level.ERROR,
                "another program writes to the cluster's topic, and its records are skipped: topic=" + partition.topic()
                        + " offset=" + offset + " records=" + foreign);
    }

    private void tell(OffsetOutOfRangeException lost) {
        long next = applied.index();
        long first = first();
        if (next < first) {
            listener.dropped();
            return;
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "the topic can't continue from this node's position: " + lost.getMessage());
        listener.ended("The topic '" + partition.topic() + "' lost entries: this node has applied index " + next
                + ", which is not there any more. " + Topic.LOST);
    }

    /// The first offset of the topic, or 0 if that is unknown.
    private long first() {
        while (!closed) {
            try {
                return consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
            } catch (ApiException _) {
                pause(); // No broker answers.
            }
        }
        return 0;
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    /// After this returns, the listener is not called any more. Must not be called on the reader's thread.
    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
