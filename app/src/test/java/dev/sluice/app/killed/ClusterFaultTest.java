package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills and stops nodes of a cluster under publishers that repeat unacknowledged events at any node, and readers that
/// change nodes and transports: each acknowledged event is there once, each publisher's in their order, without a gap,
/// and all readers get the same.
@Order(1)
final class ClusterFaultTest {
    private static final int NODES = 3;
    private static final int PUBLISHERS = 2;
    private static final int READERS = 3;

    @TempDir
    Path folder;

    private final Random random =
            new Random(Long.getLong("sluice.seed", Long.getLong("sluice.seeds", System.nanoTime())));

    /// A fault of one node, or of all.
    private enum Fault {
        LEADER_KILLED,
        FOLLOWER_KILLED,
        NODE_STOPPED_FOR_A_WHILE,
        ALL_KILLED
    }

    @Test
    void losesNoEventWhenTheLeaderIsKilledAndANodeStands() throws Exception {
        survive(List.of(Fault.LEADER_KILLED, Fault.NODE_STOPPED_FOR_A_WHILE), Duration.ofSeconds(3));
    }

    @Test
    @Tag("long")
    void losesNoEventInAHundredRounds() throws Exception {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < 100; i++) faults.add(Fault.values()[random.nextInt(Fault.values().length)]);
        survive(faults, Duration.ofSeconds(3));
    }

    @Test
    @Tag("long")
    void losesNoEventWhenANodeStandsForLonger() throws Exception {
        survive(List.of(Fault.NODE_STOPPED_FOR_A_WHILE, Fault.NODE_STOPPED_FOR_A_WHILE), Duration.ofSeconds(70));
    }

    private void survive(List<Fault> faults, Duration stop) throws Exception {
        try (var client = HttpClient.newHttpClient();
                var cluster = new ClusterProcesses(folder, NODES, client)) {
            Supplier<String> anyNode = () -> cluster.node(random.nextInt(NODES)).url();
            List<Publisher> publishers = new ArrayList<>();
            for (int i = 0; i < PUBLISHERS; i++) publishers.add(new Publisher(client, anyNode, "p" + i + "-"));
            List<TransportSwitchingReader> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++)
                readers.add(new TransportSwitchingReader(anyNode, "k", client, new Random(random.nextLong())));
            List<Thread> reading =
                    readers.stream().map(Thread.ofPlatform()::start).toList();
            List<Thread> publishing =
                    publishers.stream().map(Thread.ofPlatform()::start).toList();
            for (Fault each : faults) {
                publishers.forEach(publisher -> publisher.await(20 + random.nextInt(30)));
                inflict(cluster, each, stop);
            }
            publishers.forEach(publisher -> publisher.await(20));
            publishing.forEach(Thread::interrupt);
            for (Thread each : publishing) each.join(60_000);
            publishers.getFirst().publish("end");
            for (Thread each : reading) each.join(120_000);
            check(publishers, readers);
        }
    }

    private void inflict(ClusterProcesses cluster, Fault fault, Duration stop) throws Exception {
        int leader = cluster.leader();
        switch (fault) {
            case LEADER_KILLED -> cluster.node(leader).killAndStart();
            case FOLLOWER_KILLED -> cluster.node((leader + 1) % NODES).killAndStart();
            case NODE_STOPPED_FOR_A_WHILE -> {
                HubProcess stopped = cluster.node(random.nextInt(NODES));
                stopped.signal("STOP");
                LockSupport.parkNanos(stop.toNanos());
                stopped.signal("CONT");
            }
            case ALL_KILLED -> {
                for (int i = 0; i < NODES; i++) cluster.node(i).kill();
                List<Thread> starting = new ArrayList<>();
                for (int i = 0; i < NODES; i++) {
                    HubProcess node = cluster.node(i);
                    starting.add(Thread.ofPlatform().start(() -> {
                        try {
                            node.restart();
                        } catch (IOException failed) {
                            throw new IllegalStateException(failed);
                        }
                    }));
                }
                for (Thread each : starting) each.join();
            }
        }
    }

    private static void check(List<Publisher> publishers, List<TransportSwitchingReader> readers) {
        for (TransportSwitchingReader reader : readers) {
            assertThat(reader.fault()).isNull();
            assertThat(reader.data()).isEqualTo(readers.getFirst().data());
        }
        List<String> received = readers.getFirst().data();
        for (Publisher each : publishers) {
            assertThat(received.stream().filter(each::isOwn)).isEqualTo(each.published());
        }
        assertThat(received.getLast()).isEqualTo("end");
    }

    /// Publishes one event after the other, each at any node until it is acknowledged.
    private static final class Publisher implements Runnable {
        private final HttpClient client;
        private final Supplier<String> node;
        private final String prefix;
        private final List<String> published = new ArrayList<>();
        private final Semaphore acknowledged = new Semaphore(0);

        Publisher(HttpClient client, Supplier<String> node, String prefix) {
            this.client = client;
            this.node = node;
            this.prefix = prefix;
        }

        @Override
        public void run() {
            for (int i = 0; !Thread.interrupted(); i++) {
                String data = prefix + i;
                publish(data);
                published.add(data);
                acknowledged.release();
            }
        }

        /// Waits for some more acknowledged events.
        void await(int events) {
            try {
                if (!acknowledged.tryAcquire(events, 120, TimeUnit.SECONDS))
                    throw new AssertionError("no publishes go on");
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
            acknowledged.drainPermits();
        }

        boolean isOwn(String data) {
            return data.startsWith(prefix);
        }

        List<String> published() {
            return published;
        }

        void publish(String data) {
            boolean interrupted = false;
            while (true) {
                var request = HttpRequest.newBuilder(URI.create(node.get() + "/channels/k"))
                        .header("Idempotency-Key", data)
                        .timeout(Duration.ofSeconds(5))
                        .POST(HttpRequest.BodyPublishers.ofString(data))
                        .build();
                try {
                    var answer = client.send(request, BodyHandlers.ofString());
                    if (answer.statusCode() == 201) break;
                    if (answer.statusCode() != 503) throw new AssertionError(answer.statusCode() + " " + answer.body());
                } catch (IOException down) {
                    LockSupport.parkNanos(5_000_000); // Another node, with the same key.
                } catch (InterruptedException over) {
                    interrupted = true; // Only after this event is acknowledged.
                }
            }
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
