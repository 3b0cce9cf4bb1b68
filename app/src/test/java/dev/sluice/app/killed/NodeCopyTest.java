package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node without a log, or one that was away for longer than the others keep the order, gets a copy of the log by
/// itself, however often that is interrupted.
@Tag("long") // 128 MiB on three disks.
final class NodeCopyTest {
    private static final int NODES = 3;
    private static final int EVENTS = 128;
    private static final long LOOK_NANOS = 100_000_000;

    /// The part of a copy that has arrived when it is interrupted; much of it has not.
    private static final long PART_BYTES = 8L << 20;

    private static final long WAIT_NANOS = 120_000_000_000L;

    @TempDir
    Path folder;

    @Test
    void beginsAgainWithACopyInTheSameProcess() throws Exception {
        try (var client = HttpClient.newHttpClient();
                var cluster = new ClusterProcesses(folder, NODES, client)) {
            publish(client, cluster.node(1), "first");
            cluster.node(0).kill();
            String large = "x".repeat(1 << 20);
            for (int i = 0; i < EVENTS; i++) publish(client, cluster.node(1), large);
            while (hasFirstSegment(1) || hasFirstSegment(2)) LockSupport.parkNanos(LOOK_NANOS);
            cluster.node(0).restart();
            awaitEqual(client, cluster);
            publish(client, cluster.node(0), "by the node that was away");
            awaitEqual(client, cluster);
        }
    }

    @Test
    void beginsAgainAfterANewNodeIsKilledWhileItReceivesItsCopy() throws Exception {
        try (var client = HttpClient.newHttpClient();
                var cluster = filled(client)) {
            cluster.node(0).kill();
            removeAll(cluster.data(0));
            Thread killed = startNode(cluster.node(0));
            awaitPart(cluster);
            cluster.node(0).kill();
            requirePart(cluster);
            assertThat(cluster.data(0).resolve("db")).doesNotExist();
            killed.join();
            cluster.node(0).restart();
            publish(client, cluster.node(0), "by the new node");
            cluster.awaitEqual();
        }
    }

    @Test
    void beginsAgainWithAnotherNodeAfterTheLeaderIsKilledWhileItSendsItsCopy() throws Exception {
        try (var client = HttpClient.newHttpClient();
                var cluster = filled(client)) {
            cluster.node(0).kill();
            removeAll(cluster.data(0));
            int leader = cluster.leader();
            Thread starting = startNode(cluster.node(0));
            awaitPart(cluster);
            cluster.node(leader).kill();
            requirePart(cluster);
            // Two of three voters are gone, one of them for good: its place is taken once there is a leader again.
            cluster.node(leader).restart();
            starting.join();
            publish(client, cluster.node(0), "by the new node");
            cluster.awaitEqual();
            assertThat(cluster.data(leader).resolve("outgoing")).doesNotExist();
        }
    }

    @Test
    void keepsItsFormerLogUntilTheCopyIsWhole() throws Exception {
        try (var client = HttpClient.newHttpClient();
                var cluster = new ClusterProcesses(folder, NODES, client)) {
            publish(client, cluster.node(1), "first");
            cluster.node(0).kill();
            fill(client, cluster, 1, 2);
            Thread killed = startNode(cluster.node(0));
            awaitPart(cluster);
            cluster.node(0).kill();
            requirePart(cluster);
            assertThat(cluster.data(0).resolve("db")).isDirectory();
            killed.join();
            cluster.node(0).restart();
            publish(client, cluster.node(0), "by the node that was away");
            cluster.awaitEqual();
        }
    }

    /// Nodes with a log that takes a while to copy.
    private ClusterProcesses filled(HttpClient client) throws Exception {
        var cluster = new ClusterProcesses(folder, NODES, client);
        fill(client, cluster, 1, 2);
        return cluster;
    }

    /// Publishes until the order's beginning is in no Raft log of these nodes any more.
    private void fill(HttpClient client, ClusterProcesses cluster, int one, int other) throws Exception {
        var random = new Random(1);
        byte[] bytes = new byte[1 << 19];
        for (int i = 0; i < EVENTS; i++) {
            random.nextBytes(bytes); // Nothing that a disk could compress.
            publish(client, cluster.node(one), HexFormat.of().formatHex(bytes));
        }
        while (hasFirstSegment(one) || hasFirstSegment(other)) LockSupport.parkNanos(LOOK_NANOS);
    }

    private static void removeAll(Path data) throws IOException {
        List<Path> all;
        try (var files = Files.walk(data)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) Files.delete(each);
    }

    private static Thread startNode(HubProcess node) {
        return Thread.ofPlatform().start(() -> {
            try {
                node.restart();
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            } catch (AssertionError _) {
                // It was killed before it had started.
            }
        });
    }

    /// Waits until the first node has a part of a copy.
    private static void awaitPart(ClusterProcesses cluster) {
        for (long end = System.nanoTime() + WAIT_NANOS; copied(cluster) < PART_BYTES; Thread.onSpinWait())
            if (System.nanoTime() > end) throw new AssertionError("no copy begins");
    }

    private static void requirePart(ClusterProcesses cluster) {
        assertThat(copied(cluster)).isLessThan((long) EVENTS << 20);
        assertThat(cluster.data(0).resolve("node")).content().containsAnyOf("COPYING", "REPLACING");
    }

    private static long copied(ClusterProcesses cluster) {
        try (var files = Files.walk(cluster.data(0).resolve("incoming"))) {
            return files.mapToLong(each -> each.toFile().length()).sum();
        } catch (IOException | UncheckedIOException _) {
            return 0; // It has not begun, or was removed just now.
        }
    }

    /// Waits until the first node has the newest event of the second.
    private static void awaitEqual(HttpClient client, ClusterProcesses cluster) throws InterruptedException {
        String there = newest(client, cluster.node(1));
        while (!newest(client, cluster.node(0)).equals(there)) LockSupport.parkNanos(LOOK_NANOS);
    }

    private static void publish(HttpClient client, HubProcess node, String data) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(node.url() + "/channels/k"))
                .POST(HttpRequest.BodyPublishers.ofString(data))
                .build();
        while (true) {
            var answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() == 201) return;
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503); // No leader for a moment.
        }
    }

    /// @return empty while the hub does not answer
    private static String newest(HttpClient client, HubProcess node) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(node.url() + "/channels/k"))
                .HEAD()
                .build();
        try {
            var answer = client.send(request, BodyHandlers.discarding());
            return answer.headers().firstValue("Sluice-Latest").orElse("");
        } catch (IOException _) {
            return "";
        }
    }

    /// Whether the Raft log of a node still begins at its beginning.
    private boolean hasFirstSegment(int node) throws IOException {
        try (var files = Files.walk(folder.resolve("node-" + node).resolve("raft"))) {
            return files.map(each -> each.getFileName().toString()).anyMatch(name -> name.startsWith("log_0-"));
        }
    }
}
