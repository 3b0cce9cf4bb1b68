package dev.sluice.cluster.kafka;

import dev.sluice.core.encoding.LogField;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/// Writes this node's proposals to the topic in order, on its own thread. A proposal whose write fails may be
/// lost, or may be in the topic nevertheless. So the proposer repeats it, and the second of two equal
/// proposals is skipped when it is applied.
///
/// A repeated proposal, which is the same array, is ignored while it is in flight: otherwise brokers that
/// were away for a minute would get it sixty times when they are back.
public final class TopicWriter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TopicWriter.class.getName());

    /// The maximum number of waiting and in-flight proposals: four of the node, and earlier ones whose commands
    /// have changed since.
    private static final int PROPOSALS_MAX = 64;

    private static final Duration END = Duration.ofSeconds(1);

    /// The pause between two producers, and between two log lines about failures.
    private static final long PAUSE_MS = 500;

    private static final long TOLD_NS = TimeUnit.MINUTES.toNanos(1);

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final String topic;
    private final byte[] key;
    private final Thread thread;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private final Set<byte[]> taken = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable Producer<byte[], byte[]> producer;
    private volatile boolean isBroken;
    private boolean hasTold;
    private long toldNs;
    private boolean closed;

    /// @param producers makes a new producer when the former one can't continue
    TopicWriter(Supplier<Producer<byte[], byte[]>> producers, String topic, UUID cluster) {
        this.producers = producers;
        this.topic = topic;
        key = TopicReader.key(cluster);
        thread = Thread.ofPlatform().name("topic-writer").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Takes a proposal, unless it or too many others are in flight. Does not block.
    public synchronized void send(byte[] proposal) {
        if (closed || taken.size() >= PROPOSALS_MAX || !taken.add(proposal)) return;
        waiting.add(proposal);
        notifyAll();
    }

    /// Takes all proposals in flight in place of those that wait.
    synchronized void repeat(List<byte[]> proposals) {
        waiting.forEach(taken::remove);
        waiting.clear();
        proposals.forEach(this::send);
    }

    /// The number of waiting and in-flight proposals.
    synchronized int proposals() {
        return taken.size();
    }

    private void run() {
        try {
            for (byte[] next = next(); next != null; next = next()) bring(next);
        } catch (InterruptedException _) {
            // The writer was closed.
        } finally {
            end(producer);
        }
    }

    private synchronized byte @Nullable [] next() throws InterruptedException {
        while (!closed && waiting.isEmpty()) wait();
        return closed ? null : waiting.remove();
    }

    private void bring(byte[] proposal) throws InterruptedException {
        try {
            producer().send(new ProducerRecord<>(topic, Topic.PARTITION, key, proposal), (_, failed) -> {
                release(proposal);
                if (failed != null) tell(failed);
            });
        } catch (RuntimeException | Error failed) { // Any other end of this thread would go unnoticed.
            release(proposal);
            tell(failed);
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }

    private synchronized void release(byte[] proposal) {
        taken.remove(proposal);
    }

    private Producer<byte[], byte[]> producer() throws InterruptedException {
        Producer<byte[], byte[]> current = producer;
        if (current != null && !isBroken) return current;
        if (current != null) {
            end(current);
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
        isBroken = false;
        current = producers.get();
        producer = current;
        return current;
    }

    private void tell(Throwable failed) {
        // The producer has already repeated what can be repeated; after other failures, it may fail for ever.
        if (!(failed instanceof RetriableException) && !(failed instanceof RecordTooLargeException)) isBroken = true;
        synchronized (this) {
            long nowNs = System.nanoTime();
            if (closed || (hasTold && nowNs - toldNs < TOLD_NS)) return;
            hasTold = true;
            toldNs = nowNs;
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "a proposal was not placed, and is tried again: topic=" + topic + " reason=" + LogField.quoted(failed));
    }

    private static void end(@Nullable Producer<byte[], byte[]> ended) {
        if (ended != null) ended.close(END);
    }

    /// Does not wait; proposals in flight may still arrive.
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
