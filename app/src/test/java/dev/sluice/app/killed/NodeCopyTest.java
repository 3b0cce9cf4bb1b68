package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node that was away for longer than the others keep the order gets a copy of the log by itself.
@Tag("long") // 128 MiB on three disks.
final class NodeCopyTest {
    private static final int NODES = 3;
    private static final int EVENTS = 128;
    private static final long LOOK_NANOS = 100_000_000;

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
