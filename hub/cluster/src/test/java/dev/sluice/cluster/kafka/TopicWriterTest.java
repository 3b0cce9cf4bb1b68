package dev.sluice.cluster.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Writes proposals to a topic, with and without failures.
final class TopicWriterTest {
    private final UUID cluster = UUID.randomUUID();
    private final BlockingQueue<MockProducer<byte[], byte[]>> producers = new LinkedBlockingQueue<>();
    private final AtomicBoolean isFailing = new AtomicBoolean();
    private volatile CountDownLatch brokers = new CountDownLatch(0);

    @AutoClose
    private final TopicWriter writer = new TopicWriter(
            () -> {
                if (isFailing.getAndSet(false)) throw new OutOfMemoryError("as this test requires");
                var made = new Waiting();
                producers.add(made);
                return made;
            },
            "order",
            cluster);

    TopicWriterTest() {
        writer.start();
    }

    /// Waits for brokers before it sends, as one that knows none yet.
    private final class Waiting extends MockProducer<byte[], byte[]> {
        Waiting() {
            super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> sent, Callback callback) {
            try {
                brokers.await();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
            return super.send(sent, callback);
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60); !condition.getAsBoolean(); ) {
            if (System.nanoTime() > end) throw new AssertionError("not " + what);
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private MockProducer<byte[], byte[]> producer() throws InterruptedException {
        MockProducer<byte[], byte[]> made = producers.poll(60, TimeUnit.SECONDS);
        if (made == null) throw new AssertionError("no producer was made");
        return made;
    }

    private static byte[] proposal(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void sendsProposalsInOrderWithTheClustersKey() throws Exception {
        writer.send(proposal("a"));
        writer.send(proposal("b"));
        var producer = producer();
        await("sent", () -> producer.history().size() == 2);
        assertThat(producer.history()).extracting(ProducerRecord::value).containsExactly(proposal("a"), proposal("b"));
        assertThat(producer.history()).allSatisfy(each -> {
            assertThat(each.key()).isEqualTo(TopicReader.key(cluster));
            assertThat(each.partition()).isEqualTo(Topic.PARTITION);
        });
    }

    /// Otherwise brokers that were away would get it once for each repetition.
    @Test
    void sendsAPendingProposalOnce() throws Exception {
        byte[] proposal = proposal("a");
        writer.send(proposal);
        writer.send(proposal);
        var producer = producer();
        await("sent", () -> producer.history().size() == 1);
        writer.send(proposal);
        writer.send(proposal("marker"));
        await("sent", () -> producer.history().size() >= 2);
        assertThat(producer.history()).extracting(ProducerRecord::value).containsExactly(proposal, proposal("marker"));
    }

    @Test
    void resendsWhatDidNotArrive() throws Exception {
        byte[] proposal = proposal("a");
        writer.send(proposal);
        var producer = producer();
        await("sent", () -> producer.history().size() == 1);
        producer.errorNext(new TimeoutException("no broker"));
        writer.send(proposal);
        await("sent again", () -> producer.history().size() == 2);
        assertThat(producers).isEmpty();
    }

    /// The callers of its commands have an error: they must not be carried out much later.
    @Test
    void dropsAWaitingProposalThatIsNotRepeated() throws Exception {
        brokers = new CountDownLatch(1);
        byte[] first = proposal("a");
        writer.send(first);
        writer.send(proposal("b"));
        var producer = producer();
        byte[] rest = proposal("b without what was given up");
        writer.repeat(List.of(first, rest));
        brokers.countDown();
        await("sent", () -> producer.history().size() >= 2);
        assertThat(producer.history()).extracting(ProducerRecord::value).containsExactly(first, rest);
    }

    @Test
    void replacesAProducerThatFailed() throws Exception {
        byte[] proposal = proposal("a");
        writer.send(proposal);
        var broken = producer();
        await("sent", () -> broken.history().size() == 1);
        broken.errorNext(new InvalidProducerEpochException("another epoch"));
        writer.send(proposal);
        var next = producer();
        await("sent again", () -> next.history().size() == 1);
        assertThat(broken.closed()).isTrue();
    }

    @Test
    void goesOnAfterAnError() throws Exception {
        isFailing.set(true);
        byte[] proposal = proposal("a");
        writer.send(proposal);
        await("given up", () -> writer.proposals() == 0);
        writer.send(proposal);
        var producer = producer();
        await("sent", () -> producer.history().size() == 1);
    }

    @Test
    void refusesProposalsBeyondItsLimit() throws Exception {
        for (int i = 0; i < 100; i++) writer.send(proposal("p" + i));
        var producer = producer();
        await("sent", () -> producer.history().size() == 64);
        assertThat(writer.proposals()).isEqualTo(64);
        producer.completeNext();
        writer.send(proposal("marker"));
        await("sent", () -> producer.history().size() == 65);
        assertThat(producer.history().getLast().value()).isEqualTo(proposal("marker"));
    }
}
